import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'

/** How somebody opens a text file in LibreOffice Calc: what its import dialogue asks. */
export type Split = { name: string; separators: string; textDelimiter: string; trim: boolean }

const SEPARATORS: [string, string][] = [
  ['comma', '44'],
  ['semicolon', '59'],
  ['tab', '9'],
  ['bar', '124'],
  ['all of them', '44/59/9/124'],
]

export const SPLITS: Split[] = SEPARATORS.flatMap(([name, separators]) =>
  [true, false].flatMap((quotes) =>
    [true, false].map((trim) => ({
      name: `${name}, ${quotes ? 'quotes' : 'no text delimiter'}${trim ? ', trimmed' : ''}`,
      separators,
      textDelimiter: quotes ? '34' : '',
      trim,
    })),
  ),
)

/**
 * How many formulas LibreOffice Calc finds in the files when it opens them so, formulas allowed.
 * @throws where `soffice` isn't installed (Debian: libreoffice-calc)
 */
export async function formulasSeen(
  folder: string,
  files: readonly string[],
  { separators, textDelimiter, trim }: Split,
): Promise<number> {
  // The tokens are those of LibreOffice's CSV filter: UTF-8, from the first line, British, …, trim, all sheets, formulas.
  const filter = `${separators},${textDelimiter},76,1,,2057,false,true,false,false,${trim},-1,true`
  await promisify(execFile)('soffice', [
    `-env:UserInstallation=file://${join(folder, 'profile')}`,
    '--headless',
    `--infilter=Text - txt - csv (StarCalc):${filter}`,
    '--convert-to',
    'fods',
    '--outdir',
    folder,
    ...files.map((file) => join(folder, file)),
  ])
  const opened = await Promise.all(
    files.map((file) => readFile(join(folder, `${basename(file, '.csv')}.fods`), 'utf8')),
  )
  return opened.reduce((sum, text) => sum + text.split('table:formula=').length - 1, 0)
}
