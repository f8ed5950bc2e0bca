import { Command } from 'commander'
import { loadDotEnv, readConfig } from '../config.ts'
import { explain, Failure } from './failure.ts'

// Each is loaded when it is wanted: a script that asks for a token needn't wait for the web pages.
const COMMANDS = new Map<string, () => Promise<Command>>(
  Object.entries({
    start: async () => (await import('./commands/start.ts')).startCommand(),
    serve: async () => (await import('./commands/serve.ts')).serveCommand(),
    migrate: async () => (await import('./commands/migrate.ts')).migrateCommand(),
    demo: async () => (await import('./commands/demo.ts')).demoCommand(),
    organisation: async () => (await import('./commands/organisation.ts')).organisationCommand(),
    administrator: async () => (await import('./commands/administrator.ts')).administratorCommand(),
    token: async () => (await import('./commands/token.ts')).tokenCommand(),
    audit: async () => (await import('./commands/audit.ts')).auditCommand(),
    upload: async () => (await import('./commands/upload.ts')).uploadCommand(),
    agree: async () => (await import('./commands/agree.ts')).agreeCommand(),
    decline: async () => (await import('./commands/decline.ts')).declineCommand(),
    transfer: async () => (await import('./commands/transfer.ts')).transferCommand(),
    undo: async () => (await import('./commands/undo.ts')).undoCommand(),
    action: async () => (await import('./commands/action.ts')).actionCommand(),
    'change-sets': async () => (await import('./commands/change-sets.ts')).changeSetsCommand(),
    duplicates: async () => (await import('./commands/duplicates.ts')).duplicatesCommand(),
    report: async () => (await import('./commands/report.ts')).reportCommand(),
    'weekly-reports': async () => (await import('./commands/weekly-reports.ts')).weeklyReportsCommand(),
    reports: async () => (await import('./commands/reports.ts')).reportsCommand(),
    export: async () => (await import('./commands/export.ts')).exportCommand(),
  }),
)

/** The command line. Sets the process's exit code, and leaves the process to end by itself. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('muster')
    .description('A self-hosted staff directory: keep thousands of accounts right from a spreadsheet.')
    .showHelpAfterError('Add --help for how it is used.')
    .addHelpText('after', '\nEach command has --help, with an example and its exit codes. See docs/cli.md.')
  try {
    loadDotEnv()
    const wanted = COMMANDS.get(argv[2] ?? '')
    for (const load of wanted ? [wanted] : COMMANDS.values()) program.addCommand(await load())
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
