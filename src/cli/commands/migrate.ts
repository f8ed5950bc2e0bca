import type { Command } from 'commander'
import { readConfig } from '../../config.ts'
import { answer, command } from '../command.ts'
import { withDatabase } from '../open-database.ts'

export function migrateCommand(): Command {
  return command('migrate', {
    summary: 'brings the database to this version; harmless when it is there already',
    example: 'DATABASE_URL=postgres://muster@db.example/muster muster migrate',
  }).action(async (options: { json?: boolean }) => {
    const say = (message: string) => console.error(message)
    await withDatabase(readConfig(undefined, { LOG_LEVEL: 'warn' }), say, async (_url, migrated) => {
      const text = migrated.length === 0 ? 'The database is up to date.' : `Done: ${migrated.join(', ')}.`
      answer(options, { migrated }, text)
    })
  })
}
