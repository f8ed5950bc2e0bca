import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stand } from './stand.ts'

export function alterDatabase(stand: Stand, how: string): Promise<unknown> {
  return stand.postgres.query(`alter database ${nameOf(stand)} ${how}`)
}

/** Ends every connection of the portal. */
export function cutAll(stand: Stand): Promise<unknown> {
  return stand.postgres.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    nameOf(stand),
  ])
}

export function nameOf({ databaseUrl }: Stand): string {
  return new URL(databaseUrl).pathname.slice(1)
}

const OWN_LINES = /^# proof\n.*# end of proof\n/s

/** Puts lines before all others of pg_hba.conf, in the place of those that were put there before. */
export async function withHba({ postgres }: Stand, lines: string): Promise<void> {
  const file = join(postgres.folder, 'pg_hba.conf')
  const others = (await readFile(file, 'utf8')).replace(OWN_LINES, '')
  await writeFile(file, `# proof\n${lines}# end of proof\n${others}`)
  await postgres.query('select pg_reload_conf()')
}

/**
 * Has so many of the next writes to tables fail with an error of PostgreSQL. What was counted isn't rolled back, so
 * each failure happens once.
 */
export async function failSometimes(
  stand: Stand,
  sqlState: string,
  times: Record<string, number>,
): Promise<void> {
  await stand.sql('drop schema if exists proof cascade')
  await stand.sql('create schema proof')
  await stand.sql('grant usage on schema proof to public')
  for (const [table, count] of Object.entries(times)) {
    await stand.sql(`create sequence proof.${table}`)
    await stand.sql(`grant usage on sequence proof.${table} to public`)
    await stand.sql(`create function proof.fail_${table}() returns trigger language plpgsql as $$
      begin
        if nextval('proof.${table}') <= ${count} then
          raise exception 'the proof has this write fail' using errcode = '${sqlState}';
        end if;
        return null;
      end $$`)
    await stand.sql(`create trigger fail after insert or update on ${table}
      for each statement execute function proof.fail_${table}()`)
  }
}

/** Stops all of PostgreSQL's processes where they are, or lets them go on. */
export async function setFrozen({ postgres }: Stand, isFrozen: boolean): Promise<void> {
  const file = await readFile(join(postgres.folder, 'postmaster.pid'), 'utf8')
  const postmaster = Number(file.split('\n')[0])
  const signal = isFrozen ? 'SIGSTOP' : 'SIGCONT'
  process.kill(postmaster, signal)
  for (const child of await childrenOf(postmaster)) process.kill(child, signal)
}

async function childrenOf(parent: number): Promise<number[]> {
  const children: number[] = []
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '') : ''
    if (Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === parent) children.push(Number(name))
  }
  return children
}
