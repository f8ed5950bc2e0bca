import { CODE, type Stand } from './stand.ts'

const ROWS = 60_000

/** A file whose check takes a while, much memory and much room. @returns its ID */
export async function sendLargeFile(stand: Stand): Promise<number> {
  const lines = Array.from({ length: ROWS }, (_, n) => `L${n},${'Nurse '.repeat(20)}${n}`)
  const { id } = await stand.client.send(['LocalID,Description', ...lines].join('\n'), {
    organisation: CODE,
    mode: 'update',
    key: `large ${stand.rounds}`,
  })
  stand.taken++
  return id
}
