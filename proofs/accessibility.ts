import { parseArgs } from 'node:util'
import { checkTitles } from './accessibility/check-titles.ts'
import { openLooker, type Seen } from './accessibility/looker.ts'
import { faultsByNu, type Sent, whyNoNu } from './accessibility/nu.ts'
import { VISITS } from './accessibility/pages.ts'
import { checkWords } from './accessibility/reading-age.ts'
import { openStand } from './accessibility/stand.ts'
import { faultsOfHtml } from './accessibility/validate-html.ts'
import { disposeWhenInterrupted } from './support/when-interrupted.ts'

// Every page in every state, with and without script, wide and narrow, in light, dark and forced colours, by four checkers;
// titles, heights, and how old one has to be to read the words.
const { values } = parseArgs({ options: { only: { type: 'string' } } })
const visits = VISITS.filter(({ who, name }) => `${who} ${name}`.includes(values.only ?? ''))
await using opened = new AsyncDisposableStack()
using _ = disposeWhenInterrupted(opened)
const started = performance.now()
const seen: Seen[] = []
const sent: Sent[] = []
let failed = 0

for (const isScripted of [true, false]) {
  // In a portal of its own: the pages of a fault need what can't be mended afterwards.
  const looker = opened.use(openLooker(await openStand(opened), isScripted))
  for (const each of visits) {
    const { faults, ...found } = await looker
      .see(each, { sniffs: true, forcesColours: true })
      .catch((error: Error) => ({
        faults: [error.message],
        html: '',
        title: '',
        where: '',
        texts: [],
        status: 0,
      }))
    seen.push({ faults, ...found })
    if (isScripted) {
      faults.push(...(await faultsOfHtml(found.html)))
      sent.push({ name: `${each.who}, ${each.name}`, html: found.html })
    }
    if (faults.length === 0) continue
    failed++
    console.log(`${each.who}, ${each.name}, ${isScripted ? 'with' : 'without'} script:`)
    for (const fault of new Set(faults)) console.log(`  ${fault}`)
  }
}
const whyNot = await whyNoNu()
for (const fault of [...checkTitles(seen), ...checkWords(seen), ...(whyNot ? [] : await faultsByNu(sent))]) {
  failed++
  console.log(fault)
}
if (whyNot) console.log(`Not shown: the Nu validator. ${whyNot}`)
const seconds = Math.round((performance.now() - started) / 1000)
console.log(`\nproof:accessibility: ${seen.length} looks at pages, ${failed} failed, ${seconds} s`)
for (const [status, of] of Map.groupBy(seen, ({ status }) => status))
  console.log(`  ${of.length} answered ${status}`)
if (failed > 0) process.exitCode = 1
