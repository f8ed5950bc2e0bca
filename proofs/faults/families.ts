import { clientFaults } from './client-faults.ts'
import { clockFaults } from './clock-faults.ts'
import { diskFaults, logDiskFaults } from './disk-faults.ts'
import type { Family } from './fault.ts'
import { embeddedFaults, machineFaults } from './machine-faults.ts'
import { mailFaults, tlsFaults } from './mail-faults.ts'
import { postgresFaults } from './postgres-faults.ts'

/** All faults that are shown. */
export const FAMILIES: readonly Family[] = [
  postgresFaults,
  diskFaults,
  logDiskFaults,
  clientFaults,
  machineFaults,
  clockFaults,
  embeddedFaults,
  mailFaults,
  tlsFaults,
]
