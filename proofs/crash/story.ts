import type { Random } from '../../src/demo/random.ts'
import { lastNameOf } from '../support/last-name.ts'
import { shuffled } from '../support/shuffle.ts'
import type { Boundary } from './boundaries.ts'

/** One file that a round's clients send. */
export type Sending = {
  mode: 'update' | 'create' | 'both'
  /** Without one, the file is sent once, and what becomes of it is unknown unless there is an answer. */
  key: string | undefined
  /** By row number: the person, and the job title that no other row of any file gives. */
  rows: Map<number, { localId: string; jobTitle: string }>
  file: string
}

/** What happens in a round, in an organisation of its own. */
export type Story = {
  /** How many people have accounts already. */
  people: number
  sendings: Sending[]
  /** Somebody who is given another job title by hand, and so long after the first file is sent. */
  edit: { localId: string; jobTitle: string; afterMs: number } | null
  /** Whether the first file that wrote something is taken back, once all is applied. */
  takesBack: boolean
  /** Whether accounts are acted on besides, and whether the days bring something meanwhile. */
  acts: 'acts' | 'steps' | null
  /** Whether all files are checked before the first one is confirmed, so that their plans overlap. */
  confirmedTogether: boolean
}

const HEADING = 'LocalID,FirstName,LastName,JobTitle'

/** So large a column that nobody knows makes a file. A piece of it has 1 MiB (src/uploads/file-pieces.ts). */
const LARGE_BYTES = 2_500_000

/** A row of more than a megabyte is refused. */
const LARGEST_CELL = 900_000

/**
 * Makes up files over the same people: at first one that updates and creates, then others that get in its way.
 * @param boundary where somebody is to be held: what comes there must come in it, and nothing else that might come
 *   there first
 */
export function makeStory(chance: Random, code: string, boundary: Boundary | undefined): Story {
  const needs = boundary?.needs
  const isLarge = needs === 'pieces' || chance.percent(3)
  const people = chance.percent(4) ? chance.between(5_500, 7_000) : chance.between(20, 200)
  const newcomers = chance.between(5, 80)
  const known = Array.from({ length: people }, (_, n) => localIdOf(n + 1))
  const unknown = Array.from({ length: newcomers }, (_, n) => localIdOf(people + n + 1))
  const sendings: Sending[] = []
  const add = (mode: Sending['mode'], ids: string[], key: string | undefined) => {
    sendings.push(makeSending(chance, code, { number: sendings.length, mode, ids, key, isLarge }))
  }
  add('both', [...some(chance, known), ...some(chance, unknown)], `${code} 0`)
  // What comes last is to come soon: the others that are held wait for it.
  for (let more = needs === 'undo' ? chance.between(0, 1) : chance.between(1, 3); more > 0; more--) {
    const key = chance.percent(85) ? `${code} ${sendings.length}` : undefined
    const mode = chance.pick(['update', 'create', 'both', 'again'] as const)
    if (mode === 'again')
      sendings.push({ ...(sendings[0] as Sending), key }) // the same file twice
    else if (mode === 'update') add(mode, some(chance, known), key)
    else if (mode === 'create') add(mode, some(chance, unknown), key)
    else add(mode, [...some(chance, known), ...some(chance, unknown)], key)
  }
  const isEdited = boundary ? needs === 'edit' : chance.percent(50)
  const edited = { localId: chance.pick(known), jobTitle: 'By hand', afterMs: chance.between(0, 1_500) }
  return {
    ...{ people, sendings, confirmedTogether: chance.percent(60) },
    edit: isEdited ? edited : null,
    takesBack: needs === 'undo' || chance.percent(40),
    acts: boundary ? actsFor(needs) : chance.percent(30) ? chance.pick(['acts', 'steps'] as const) : null,
  }
}

function actsFor(needs: Boundary['needs']): Story['acts'] {
  return needs === 'acts' || needs === 'steps' ? needs : null
}

/** The local ID of an organisation's n-th person; folded it is the same. */
export function localIdOf(n: number): string {
  return `p${n}`
}

/** Whether the person had an account before the round began. */
export function isFirst(story: Story, localId: string): boolean {
  return Number(localId.slice(1)) <= story.people
}

function makeSending(
  chance: Random,
  code: string,
  {
    number,
    mode,
    ids,
    key,
    isLarge,
  }: Pick<Sending, 'mode' | 'key'> & { number: number; ids: string[]; isLarge: boolean },
): Sending {
  // Blank rows count as rows, so a short file can be of several batches and chunks.
  const blanks = chance.percent(50) ? Math.ceil(chance.between(6_000, 12_000) / ids.length) : 0
  const notes = isLarge ? Math.min(LARGEST_CELL, Math.ceil(LARGE_BYTES / ids.length)) : 0
  const rows: Sending['rows'] = new Map()
  const lines = [isLarge ? `${HEADING},Notes` : HEADING]
  for (const localId of shuffled(chance, ids)) {
    const row = lines.length + 1
    const jobTitle = `File ${number} row ${row}`
    rows.set(row, { localId, jobTitle })
    const cells = [localId, 'Sam', lastNameOf(`${code} ${localId}`), jobTitle]
    lines.push((isLarge ? [...cells, 'x'.repeat(notes)] : cells).join(','))
    for (let blank = 0; blank < blanks; blank++) lines.push(',,,')
  }
  return { mode, key, rows, file: lines.join('\n') }
}

/** Some of the people, mostly more than half, so that two files overlap. */
function some(chance: Random, ids: string[]): string[] {
  const share = chance.between(30, 90)
  const chosen = ids.filter(() => chance.percent(share))
  return chosen.length > 0 ? chosen : ids.slice(0, 1)
}
