import { dialectFiles } from './dialects/make-dialects.ts'
import { scored } from './dialects/score.ts'

// Foreign and dirty dialects of CSV, of the kinds of the Pollock benchmark, made by a script: read rightly, told, or refused
// with words; never read wrongly in silence.
const LEAST_POINTS = 9.5

const OUTCOMES = ['right', 'told', 'refused', 'silent'] as const
type Tally = Record<(typeof OUTCOMES)[number], number> & { files: number; points: number }

const kinds = new Map<string, Tally>()
const all = noFiles()
for (const file of dialectFiles()) {
  const { points, outcome, silent } = await scored(file)
  const kind = kinds.get(file.kind) ?? noFiles()
  kinds.set(file.kind, kind)
  for (const tally of [kind, all]) {
    tally.files++
    tally.points += points
    tally[outcome]++
  }
  for (const words of silent.slice(0, 1)) console.log(`${file.kind}, ${file.name}: in silence, ${words}`)
  if (outcome === 'refused') console.log(`${file.kind}, ${file.name}: refused`)
}
for (const [kind, tally] of kinds) console.log(`  ${kind}: ${words(tally)}`)
const score = all.points / all.files
console.log(`proof:dialects: ${words(all)}`)
if (all.silent > 0 || score <= LEAST_POINTS) process.exitCode = 1

function noFiles(): Tally {
  return { files: 0, points: 0, right: 0, told: 0, refused: 0, silent: 0 }
}

function words(tally: Tally): string {
  const counts = OUTCOMES.map(
    (outcome) => `${tally[outcome]} ${outcome === 'silent' ? 'in silence' : outcome}`,
  )
  return `${tally.files} files, ${(tally.points / tally.files).toFixed(2)} of 10; ${counts.join(', ')}`
}
