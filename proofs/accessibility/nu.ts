import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { NU_OFF } from './rules-off.ts'

const run = promisify(execFile)

/** A page as it was sent, by the name that it has in what is found. */
export type Sent = { name: string; html: string }

type Message = {
  type: string
  subType?: string
  message: string
  url?: string
  lastLine?: number
  extract?: string
}

/** @returns why the Nu validator can't be run here, and how it can; undefined where it can */
export async function whyNoNu(): Promise<string | undefined> {
  const hasJava = await run('java', ['-version']).then(
    () => true,
    () => false,
  )
  if (!hasJava) return 'there is no Java: apt-get install default-jre-headless'
  if (!existsSync(jar())) return 'it isn’t there: npm install --no-save --ignore-scripts vnu-jar@26.9.27'
  return undefined
}

/** Has the Nu validator read all pages at once: a start of it takes seconds. @returns what it finds, by the page's name */
export async function faultsByNu(pages: readonly Sent[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-pages-'))
  try {
    const files = pages.map((_, at) => join(folder, `${at}.html`))
    for (const [at, file] of files.entries()) await writeFile(file, pages[at]?.html ?? '')
    const options = ['-Xss2m', '-jar', jar(), '--format', 'json', '--exit-zero-always', '--stdout']
    const { stdout } = await run('java', [...options, ...files], { maxBuffer: 1e9 })
    const { messages } = JSON.parse(stdout) as { messages: Message[] }
    return messages.filter(isFault).map(({ message, url = '', lastLine, extract }) => {
      const { name } = pages[Number.parseInt(basename(url), 10)] as Sent
      return `${name}: Nu ${message} (line ${lastLine}: ${extract})`
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const OFF = NU_OFF.map(({ rule }) => new RegExp(`^${rule}$`))

function isFault({ message }: Message): boolean {
  return !OFF.some((pattern) => pattern.test(message))
}

function jar(): string {
  return process.env.VNU_JAR ?? join('node_modules', 'vnu-jar', 'build', 'dist', 'vnu.jar')
}
