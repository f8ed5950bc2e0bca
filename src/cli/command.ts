import { Command } from 'commander'

type Description = {
  summary: string
  /** One line that works as it stands. */
  example: string
  /** What each exit code other than 0 means. */
  exitCodes?: Record<number, string>
}

/** A command as all of Muster's are: with `--json`, an example and its exit codes in `--help`. */
export function command(name: string, { summary, example, exitCodes }: Description): Command {
  const codes = { 0: 'All went well.', 1: 'It could not be done; standard error says why.', ...exitCodes }
  const list = Object.entries(codes).map(([code, meaning]) => `  ${code}  ${meaning}`)
  return new Command()
    .name(name)
    .summary(summary)
    .description(summary)
    .option('--json', 'answer with one JSON value on standard output, for scripts')
    .showHelpAfterError('Add --help for how it is used.')
    .addHelpText('after', `\nExample:\n  ${example}\n\nExit codes:\n${list.join('\n')}`)
}

/** Says how it went: as text for a person, or with `--json` as one value. */
export function answer(options: { json?: boolean }, value: object, text: string): void {
  console.log(options.json ? JSON.stringify(value) : text)
}
