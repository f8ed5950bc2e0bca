import { checkCost } from './cost/check-cost.ts'
import { openCosts } from './cost/costs.ts'
import { openStand } from './cost/stand.ts'
import { readRounds, runRounds } from './support/rounds.ts'
import { disposeWhenInterrupted } from './support/when-interrupted.ts'

// Files of every odd shape, to a portal with little memory: none costs more than its size allows, in whatever it costs.
const costs = openCosts()
await using opened = new AsyncDisposableStack()
using _ = disposeWhenInterrupted(opened, costs.text)
const stand = await openStand(opened)
await runRounds('proof:cost', readRounds({ rounds: 310 }), (seed) => checkCost(stand, costs, seed))
console.log(costs.text())
