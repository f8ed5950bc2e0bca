import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formulasSeen, SPLITS } from './formulas/open-in-calc.ts'
import { writeSheets } from './formulas/write-sheets.ts'

// Files that Muster wrote, opened by a real spreadsheet as somebody might who tells it another separator, no text
// delimiter, or to trim: it is to find no formula. The same cells, written as they are, show that it looks for them.

const folder = await mkdtemp(join(tmpdir(), 'muster-formulas-'))
const seen = { ours: 0, bare: 0 }
try {
  const { ours, bare, cells } = await writeSheets(folder)
  console.log(
    `${cells.toLocaleString('en-GB')} cells in each of ${ours.length} files, and once written as they are.`,
  )
  for (const split of SPLITS) {
    const [inOurs, inBare] = [
      await formulasSeen(folder, ours, split),
      await formulasSeen(folder, [bare], split),
    ]
    seen.ours += inOurs
    seen.bare += inBare
    console.log(`${split.name}: ${inOurs} formulas, ${inBare} in the cells as they are`)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
console.log(
  `\nproof:formulas: ${SPLITS.length} ways to open, ${seen.ours} formulas; ${seen.bare} in the cells as they are`,
)
if (seen.ours > 0 || seen.bare === 0) process.exitCode = 1
