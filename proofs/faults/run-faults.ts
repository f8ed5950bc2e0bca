import { random } from '../../src/demo/random.ts'
import type { Family, Fault } from './fault.ts'
import { putAside } from './hold.ts'
import { proveFault } from './prove-fault.ts'

export type Tally = { shown: string[]; failed: string[]; leftOut: string[] }

/** Shows faults one after the other, prints what was seen of each, and goes on after one that fails. */
export async function runFaults(
  families: readonly Family[],
  wants: (fault: Fault, family: Family) => boolean,
  seed: number,
): Promise<Tally> {
  const tally: Tally = { shown: [], failed: [], leftOut: [] }
  for (const family of families) {
    const chosen: Fault[] = []
    for (const fault of family.faults.filter((one) => wants(one, family))) {
      const missing = await fault.missing?.()
      if (missing === undefined) chosen.push(fault)
      else tally.leftOut.push(`${fault.name}: ${missing}`)
    }
    try {
      if (chosen.length > 0) await runFamily(family, chosen, seed, tally)
    } catch (error) {
      tally.failed.push(family.name)
      console.log(`  FAILED    to make ready for the faults of ${family.name}:`, error)
    }
  }
  const all = families.flatMap(({ faults }) => faults).length
  const notAsked = all - tally.shown.length - tally.failed.length - tally.leftOut.length
  for (const line of tally.leftOut) console.log(`  left out  ${line}`)
  console.log(
    `proof:faults: seed ${seed}, ${tally.shown.length} shown, ${tally.failed.length} failed, ${tally.leftOut.length} can't be shown on this machine, ${notAsked} not asked for`,
  )
  return tally
}

async function runFamily(
  family: Family,
  faults: readonly Fault[],
  seed: number,
  tally: Tally,
): Promise<void> {
  const chance = random(seed)
  let stand = await family.open()
  try {
    for (const fault of faults) {
      const began = performance.now()
      const took = () => `${Math.round((performance.now() - began) / 1000)} s`
      try {
        const seen = await proveFault(stand, fault, chance)
        tally.shown.push(fault.name)
        console.log(`  shown     ${fault.name} (${fault.during}, ${took()}): ${seen}`)
      } catch (error) {
        tally.failed.push(fault.name)
        console.log(
          `  FAILED    ${fault.name} (${fault.during}, ${took()}): npm run proof:faults -- --only "${fault.name}"`,
        )
        console.log(error instanceof Error ? error.stack : error)
        await putAside(stand)
        await stand[Symbol.asyncDispose]() // what was left behind is no fault of the next one
        stand = await family.open()
      }
    }
  } finally {
    await stand[Symbol.asyncDispose]()
  }
}
