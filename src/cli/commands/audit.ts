import { Command } from 'commander'
import { type AuditFault, verifyAudit } from '../../access/verify-audit.ts'
import { count } from '../../words.ts'
import { answer, command } from '../command.ts'
import { Failure } from '../failure.ts'
import { withPortal } from '../open-database.ts'

type Options = { expect?: string; json?: boolean }

export function auditCommand(): Command {
  const verify = command('verify', {
    summary: 'checks that no entry of the audit log was changed or is missing',
    example: 'muster audit verify',
    exitCodes: { 2: 'An entry was changed or is missing.' },
  })
    .option(
      '--expect <number:hash>',
      'an entry as an earlier check told it, kept elsewhere: shows up even who could write the whole log anew',
    )
    .action(async (options: Options) => {
      const expected = options.expect === undefined ? undefined : readExpected(options.expect)
      const { last, faults } = await withPortal((portal) => verifyAudit(portal, expected))
      answer(options, { ok: faults.length === 0, last, faults }, textOf(last, faults))
      if (faults.length > 0) process.exitCode = 2
    })
  return new Command('audit').summary('who did what').addCommand(verify)
}

function readExpected(text: string): { number: number; hash: string } {
  const [, number = '', hash = ''] = /^(\d{1,15}):([0-9a-f]{64})$/i.exec(text.trim()) ?? []
  if (hash === '')
    throw new Failure(`“${text}” is not an entry. "muster audit verify" tells one, as NUMBER:HASH.`)
  return { number: Number(number), hash: hash.toLowerCase() }
}

function textOf(last: { number: number; hash: string }, faults: readonly AuditFault[]): string {
  if (faults.length > 0)
    return ['The audit log is not what was written:', ...faults.map(faultText)].join('\n')
  if (last.number === 0) return 'The audit log has no entry yet.'
  return `The audit log is as it was written: ${count(last.number, 'entry', 'entries')}. The last one, to keep elsewhere for --expect:\n${last.number}:${last.hash}`
}

function faultText(fault: AuditFault): string {
  if (fault.kind === 'changed') return `- Entry ${fault.number}, or the one before it, was changed.`
  const one = fault.from === fault.to
  return one ? `- Entry ${fault.from} is missing.` : `- Entries ${fault.from} to ${fault.to} are missing.`
}
