import { type Command, Option } from 'commander'
import { readConfig } from '../../config.ts'
import { answer, command } from '../command.ts'
import { serve } from '../serve.ts'

type Options = { webOnly?: boolean; workerOnly?: boolean; json?: boolean }

export function serveCommand(): Command {
  return command('serve', {
    summary:
      'runs the portal until it is stopped: migrates, then serves pages and API, and works off the jobs',
    example: 'PORT=8080 muster serve',
    exitCodes: {
      0: 'It was stopped by Ctrl-C or SIGTERM, and everything is closed.',
      130: 'A second Ctrl-C ended it at once (143: a second SIGTERM). The next start takes up what was left.',
    },
  })
    .addOption(
      new Option('--web-only', 'only pages and API; needs DATABASE_URL to be of use').conflicts('workerOnly'),
    )
    .addOption(new Option('--worker-only', 'only the jobs'))
    .action(async (options: Options) => {
      await serve(readConfig(), {
        web: !options.workerOnly,
        worker: !options.webOnly,
        say: (message) => console.error(message),
        ready: async (_portal, address) =>
          answer(
            options,
            { address: address ?? null },
            address ? `Muster is running at ${address}` : 'Muster’s worker is running.',
          ),
      })
    })
}
