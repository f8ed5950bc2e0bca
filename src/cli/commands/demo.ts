import type { Command } from 'commander'
import { type Demo, seedDemo } from '../../demo/seed.ts'
import { answer, command } from '../command.ts'
import { demoText } from '../demo-text.ts'
import { Failure } from '../failure.ts'
import { withPortal } from '../open-database.ts'

export function demoCommand(): Command {
  return command('demo', {
    summary: 'fills an empty database with a made-up trust and 2,500 people, to try things on',
    example: 'MUSTER_DATA_DIR=/tmp/muster-demo muster demo',
    exitCodes: { 1: 'The database holds something else, or it could not be done; standard error says why.' },
  }).action(async (options: { json?: boolean }) => {
    const say = (message: string) => console.error(message)
    const demo = await withPortal((portal) => seedDemo(portal, say))
    if (demo === undefined) {
      throw new Failure(
        'The database is not empty and holds no demo, so nothing was added. Use an empty one: another MUSTER_DATA_DIR or DATABASE_URL.',
      )
    }
    answer(options, demoJson(demo), demoText(demo))
  })
}

export function demoJson({ signIns, token }: Demo): object {
  const who = signIns.map(({ name, email, role, organisations, password }) => ({
    name,
    email,
    role,
    organisations,
    password,
  }))
  return { signIns: who, token }
}
