import { cpus, loadavg, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { browse, type Times, type Visitor } from './pages/browse.ts'
import { type SmallFile, sendLargeFile, sendSmallFiles } from './pages/busy.ts'
import { type BenchPortal, openBenchPortal } from './pages/portal.ts'
import { prepare } from './pages/prepare.ts'
import { HEADING, pageLines, pagesOver, totalLine } from './pages/table.ts'
import { globalVisits, localVisits } from './pages/visits.ts'

const { values: options } = parseArgs({
  options: {
    accounts: { type: 'string', default: '2000000' },
    organisations: { type: 'string', default: '22000' },
    rows: { type: 'string', default: '1000000' },
    seconds: { type: 'string', default: '60' },
    folder: { type: 'string' },
    help: { type: 'boolean' },
  },
})

const UPLOADS_EACH = 10
const SCRAPED_EVERY_MS = 15_000
const SMALL_EVERY_MS = 5_000

// What is promised: every page's p95 below this, and a small file's results within that.
const PAGE_MS = 300
const SMALL_ROWS = 10
const SMALL_SECONDS = 30

if (options.help) {
  console.log(`npm run bench:pages -- [--accounts 2000000] [--organisations 22000] [--rows 1000000] [--seconds 60]
  [--folder FOLDER]

Makes a large directory, and has a local and a global administrator open every page again and again: for --seconds while
nothing else is done, then while one organisation's file of --rows is checked and applied. Meanwhile another organisation
sends files of ten rows, and the metrics are read. --folder keeps the directory there, or uses it when it is there.`)
} else {
  await bench()
}

async function bench(): Promise<void> {
  const rows = Number(options.rows)
  const size = {
    accounts: Number(options.accounts),
    organisations: Number(options.organisations),
    busy: rows,
    uploadsEach: UPLOADS_EACH,
  }
  await using portal = await openBenchPortal(size, options.folder)
  console.log(await describe(portal))
  const shown = await prepare(portal)
  const visitors = (underWay: number): Visitor[] => [
    { name: 'local', cookie: portal.cookies.local, visits: localVisits({ ...shown, underWay }) },
    { name: 'global', cookie: portal.cookies.global, visits: globalVisits({ ...shown, underWay }) },
  ]
  await browseAll(portal, visitors(shown.completed), () => false) // once, so that caches are filled
  const end = performance.now() + Number(options.seconds) * 1_000
  const quiet = await browseAll(portal, visitors(shown.completed), () => performance.now() < end)
  const large = await sendLargeFile(portal, rows)
  const [busy, small, scrapes, { checkSeconds, applySeconds }] = await Promise.all([
    browseAll(portal, visitors(large.id), large.isUnderWay),
    sendSmallFiles(portal, large, { rows: SMALL_ROWS, everyMs: SMALL_EVERY_MS }),
    scrapeMetrics(portal, large.isUnderWay),
    large.ended,
  ])
  print(quiet, busy)
  console.log(`
Busy: a file of ${rows.toLocaleString('en-GB')} rows, checked in ${checkSeconds.toFixed(0)} s and applied in ${applySeconds.toFixed(0)} s.
${smallFiles(small)}
/metrics, every ${SCRAPED_EVERY_MS / 1_000} s: at most ${Math.max(...scrapes).toFixed(0)} ms.`)
  judge(quiet, busy, small)
}

async function describe({ postgres, databaseUrl }: BenchPortal): Promise<string> {
  const [found] = await postgres.query<
    Record<'version' | 'accounts' | 'organisations' | 'uploads' | 'gigabytes', string>
  >(
    `select current_setting('server_version') as version, (select count(*) from account) as accounts,
       (select count(*) from organisation) as organisations, (select count(*) from upload) as uploads,
       round(pg_database_size(current_database()) / 1e9, 1) as gigabytes`,
    [],
    databaseUrl,
  )
  const count = (text?: string) => Number(text).toLocaleString('en-GB')
  const [load = 0] = loadavg()
  return `${cpus().length} cores (load ${load.toFixed(1)} before), ${Math.round(totalmem() / 2 ** 30)} GiB memory, Node ${process.versions.node}, PostgreSQL ${found?.version}
${count(found?.accounts)} accounts in ${count(found?.organisations)} organisations, ${count(found?.uploads)} uploads, ${found?.gigabytes} GB\n`
}

function browseAll(portal: BenchPortal, visitors: Visitor[], goesOn: () => boolean): Promise<Times[]> {
  return Promise.all(visitors.map((visitor) => browse(portal.url, visitor, goesOn)))
}

async function scrapeMetrics(portal: BenchPortal, goesOn: () => boolean): Promise<number[]> {
  const times: number[] = []
  for (; goesOn(); await sleep(SCRAPED_EVERY_MS)) times.push(await portal.scrape())
  return times
}

function print([local, global]: Times[], [localBusy, globalBusy]: Times[]): void {
  if (!local || !global || !localBusy || !globalBusy) return
  const lines = [...pageLines('local', local, localBusy), ...pageLines('global', global, globalBusy)]
  console.log([...HEADING, ...lines, totalLine([local, global], [localBusy, globalBusy])].join('\n'))
}

function smallFiles(small: readonly SmallFile[]): string {
  const seconds = small.map((one) => one.seconds)
  const during = (status: string) => small.filter(({ meanwhile }) => meanwhile === status).length
  return `Meanwhile ${small.length} files of ${SMALL_ROWS} rows (${during('checking')} in the check, ${during('applying')} in the apply): at most ${Math.max(...seconds).toFixed(1)} s from sending to results.`
}

function judge(quiet: readonly Times[], busy: readonly Times[], small: readonly SmallFile[]): void {
  const slow = [...quiet, ...busy].flatMap((times) => pagesOver(PAGE_MS, times))
  const late = small.filter(({ seconds }) => seconds > SMALL_SECONDS)
  if (slow.length > 0) console.log(`p95 over ${PAGE_MS} ms: ${[...new Set(slow)].join(', ')}`)
  if (late.length > 0) console.log(`${late.length} small files took more than ${SMALL_SECONDS} s`)
  if (slow.length + late.length > 0) process.exitCode = 1
}
