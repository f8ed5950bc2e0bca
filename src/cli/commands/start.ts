import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { type Demo, seedDemo } from '../../demo/seed.ts'
import { answer, command } from '../command.ts'
import { demoText, stepsText } from '../demo-text.ts'
import { refusePublicDemo } from '../exposure.ts'
import { serve } from '../serve.ts'
import { demoJson } from './demo.ts'

export function startCommand(): Command {
  return command('start', {
    summary: 'runs the portal to try it: as serve does, with a demo where the database is empty',
    example: 'PORT=8080 muster start',
    exitCodes: {
      0: 'It was stopped by Ctrl-C or SIGTERM, and everything is closed.',
      130: 'A second Ctrl-C ended it at once (143: a second SIGTERM). The next start takes up what was left.',
    },
  }).action(async (options: { json?: boolean }) => {
    let demo: Demo | undefined
    const say = (message: string) => console.error(message)
    const config = readConfig(undefined, { LOG_LEVEL: 'warn', SECOND_FACTOR_ROLES: 'none' })
    refusePublicDemo(config)
    await serve(config, {
      web: true,
      worker: true,
      say,
      prepare: async (portal) => {
        demo = await seedDemo(portal, say)
      },
      ready: async (_portal, address = '') => {
        const text = [
          `Muster is running at ${address}`,
          ...(demo ? [demoText(demo), stepsText(demo, address)] : []),
        ]
        answer(
          options,
          { address, ...(demo ? demoJson(demo) : {}) },
          `\n${text.join('\n\n')}\n\nCtrl-C stops it.`,
        )
      },
    })
  })
}
