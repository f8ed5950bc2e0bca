import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { identityProviders } from './identity-providers.ts'
import { ROLES } from './roles.ts'

/** A limit that `none` lifts. */
function limit(standard: number) {
  const lifted = z.literal('none').transform(() => undefined)
  return z
    .union([lifted, z.coerce.number('must be a whole number above 0, or none').int().positive()])
    .prefault(standard) // `default` would take its output for a number always
}

/** Roles with commas between them, or `none`. */
const roles = z
  .string()
  .transform((list) => (list.trim() === 'none' ? [] : list.split(',').map((role) => role.trim())))
  .pipe(z.array(z.enum(ROLES)))

/** Everything that an operator can set, read once. `docs/configuration.md` has the same list; a test compares. */
export const SETTINGS = {
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  TRUST_PROXY: z
    .string()
    .refine(areAddresses, 'must be addresses or networks, such as 127.0.0.1, 10.0.0.0/8')
    .optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  MIGRATION_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_STATEMENT_TIMEOUT_SECONDS: z.coerce.number().int().min(1).max(86_400).default(300),
  MUSTER_DATA_DIR: z.string().optional(),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .refine(isServerAlone, 'must end with the host or port; a % in the user or password is written %25')
    .optional(),
  MAIL_FROM: z.string().default('Muster <muster@localhost>'),
  MAIL_DOMAIN: z.string().toLowerCase().default('staff.example'),
  CONTACT: z.string().max(200).optional(),
  SESSION_SECRET: z.string().min(32).optional(),
  SECOND_FACTOR_ROLES: roles.prefault('global-administrator'),
  OIDC_PROVIDERS: identityProviders.optional(),
  LOCAL_SIGN_IN: z.enum(['on', 'off']).default('on'),
  RESULTS_MAIL: z.enum(['attach', 'link']).default('attach'),
  UPLOAD_MAX_BYTES: limit(1_000_000_000),
  UPLOAD_MAX_ROWS: limit(2_000_000),
  UPLOAD_MAX_COLUMNS: z.coerce.number().int().positive().max(16_384).default(1_000),
  UPLOAD_MAX_WAITING_FILES: limit(2_000),
  UPLOAD_MAX_WAITING_BYTES: limit(5_000_000_000),
  UPLOAD_KEEP_DAYS: z.coerce.number().int().positive().default(30),
  MOBILE_REQUIRED: z.stringbool().default(true),
  CLAMD_URL: z.url({ protocol: /^(tcp|unix)$/ }).optional(),
  API_CALLS_PER_MINUTE: limit(3_000),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(64).default(2),
  DRAIN_SECONDS: z.coerce.number().int().min(1).max(86_400).default(30),
  METRICS_TOKEN: z.string().min(16).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
} as const

const ALL = z.object(SETTINGS).refine((it) => it.LOCAL_SIGN_IN === 'on' || it.OIDC_PROVIDERS?.length, {
  path: ['LOCAL_SIGN_IN'],
  message: 'can be off only where OIDC_PROVIDERS names who signs people in instead',
})

/** Names of before, which hold where the new one isn't set. */
const RENAMED = { DATABASE_PATIENCE_SECONDS: 'DATABASE_STATEMENT_TIMEOUT_SECONDS' }

/** Each setting by its name in camel case: UPLOAD_MAX_ROWS is `uploadMaxRows`. */
export type Config = {
  [Name in Exclude<keyof typeof SETTINGS, 'PUBLIC_URL' | 'MUSTER_DATA_DIR'> as CamelCase<Name>]: z.output<
    (typeof SETTINGS)[Name]
  >
} & { publicUrl: string; dataDir: string }

type CamelCase<Name extends string> = Name extends `${infer First}_${infer Rest}`
  ? `${Lowercase<First>}${Capitalize<CamelCase<Rest>>}`
  : Lowercase<Name>

/** A setting is wrong: `message` lists every wrong one with its value's fault. */
export class ConfigError extends Error {
  override name = 'ConfigError'
}

/**
 * The environment (and a `.env` file in the working folder, which never overrides it) as a typed Config.
 * @param preset what a command sets where the environment says nothing
 * @throws ConfigError naming every wrong setting at once
 */
export function readConfig(
  environment: NodeJS.ProcessEnv = process.env,
  preset: { LOG_LEVEL?: string; SECOND_FACTOR_ROLES?: string } = {},
): Config {
  const filled = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const renamed = Object.entries(RENAMED).flatMap(([old, name]) => (filled[old] ? [[name, filled[old]]] : []))
  const read = ALL.safeParse({ ...preset, ...Object.fromEntries(renamed), ...filled })
  if (!read.success) throw new ConfigError(describe(read.error))
  const { PUBLIC_URL, MUSTER_DATA_DIR, ...settings } = read.data
  const named = Object.entries(settings).map(([name, value]) => [camelCase(name), value])
  return {
    ...(Object.fromEntries(named) as Omit<Config, 'publicUrl' | 'dataDir'>),
    publicUrl: (PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`).replace(/\/$/, ''),
    dataDir: MUSTER_DATA_DIR ? resolve(MUSTER_DATA_DIR) : defaultDataDir(),
  }
}

function camelCase(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** Reads `.env` from the working folder into the environment, where it has one. */
export function loadDotEnv(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function describe(error: z.ZodError): string {
  const lines = error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  return `These settings can't be used:\n${lines.join('\n')}\nSee docs/configuration.md.`
}

function areAddresses(list: string): boolean {
  return list.split(',').every((one) => isIP(one.trim().replace(/\/\d{1,3}$/, '')) > 0)
}

// Parameters after a question mark could switch encryption off, so none is taken.
function isServerAlone(url: string): boolean {
  const { username, password, pathname, search, hash } = new URL(url)
  try {
    decodeURIComponent(username + password)
  } catch {
    return false
  }
  return /^\/?$/.test(pathname + search + hash)
}

// PostgreSQL refuses to run as root, and its substitute user can't reach a private folder: so root keeps it apart.
function defaultDataDir(): string {
  if (process.getuid?.() === 0) return '/var/lib/muster'
  return join(import.meta.dirname, '..', 'data')
}
