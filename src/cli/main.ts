import { Command } from 'commander'
import { loadDotEnv, readConfig } from '../config.ts'
import { administratorCommand } from './commands/administrator.ts'
import { demoCommand } from './commands/demo.ts'
import { exportCommand } from './commands/export.ts'
import { migrateCommand } from './commands/migrate.ts'
import { organisationCommand } from './commands/organisation.ts'
import { reportCommand } from './commands/report.ts'
import { serveCommand } from './commands/serve.ts'
import { startCommand } from './commands/start.ts'
import { tokenCommand } from './commands/token.ts'
import { uploadCommand } from './commands/upload.ts'
import { explain, Failure } from './failure.ts'

const COMMANDS = [
  startCommand,
  serveCommand,
  migrateCommand,
  demoCommand,
  organisationCommand,
  administratorCommand,
  tokenCommand,
  uploadCommand,
  reportCommand,
  exportCommand,
]

/** The command line. Sets the process's exit code, and leaves the process to end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('muster')
    .description('A self-hosted staff directory: keep thousands of accounts right from a spreadsheet.')
    .showHelpAfterError('Add --help for how it is used.')
    .addHelpText('after', '\nEach command has --help, with an example and its exit codes. See docs/cli.md.')
  for (const command of COMMANDS) program.addCommand(command())
  try {
    loadDotEnv()
    await program.parseAsync([...argv])
  } catch (error) {
    console.error(explain(error, wantsToDebug()))
    process.exitCode = error instanceof Failure ? error.exitCode : 1
  }
}

function wantsToDebug(): boolean {
  try {
    return ['debug', 'trace'].includes(readConfig().logLevel)
  } catch {
    return false // the settings are what is wrong
  }
}

await main(process.argv)
