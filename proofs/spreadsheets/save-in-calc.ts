import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What LibreOffice Calc is asked to save a file as. */
export const KINDS = ['xlsx', 'ods', 'csv'] as const
export type Kind = (typeof KINDS)[number]

/** CSV as its dialogue proposes it, but UTF-8: commas, quotes where needed, each cell as it is shown. */
const FILTERS: Record<Kind | 'fods', string> = {
  fods: 'fods', // all in one XML, in which a program can edit
  xlsx: 'xlsx',
  ods: 'ods',
  csv: 'csv:Text - txt - csv (StarCalc):44,34,76,1',
}

/**
 * A file, opened by LibreOffice Calc and saved again, as somebody does who changes nothing.
 * @throws where `soffice` isn't installed (Debian: libreoffice-calc)
 */
export async function savedInCalc(
  folder: string,
  file: { name: string; bytes: Buffer },
  kind: Kind | 'fods',
): Promise<Buffer> {
  const [stem] = file.name.split('.')
  await writeFile(join(folder, file.name), file.bytes)
  const out = join(folder, 'saved')
  await promisify(execFile)('soffice', [
    `-env:UserInstallation=file://${join(folder, 'profile')}`,
    '--headless',
    '--convert-to',
    FILTERS[kind],
    '--outdir',
    out,
    join(folder, file.name),
  ])
  return readFile(join(out, `${stem}.${kind}`))
}
