import { randomUUID } from 'node:crypto'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { isFull, isOutage, sqlState } from '../../database/sql-state.ts'
import { ChangedMeanwhile, LooksLikeSomebody, ValuesRefused } from '../../edits/refused.ts'
import { Conflict, Forbidden, Gone, InvalidInput, NotFound } from '../../errors.ts'
import { apiNameOf } from './field-names.ts'
import { fieldValue } from './parameters.ts'

/** What is wrong with a request, as every error is told (RFC 9457). */
export const ProblemDetails = z
  .object({
    type: z.string().describe('Where this kind of problem is described.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What is wrong and what to do, in a sentence for a person.'),
    code: z.string().describe('Stable, for scripts.'),
    errors: z
      .array(z.object({ parameter: z.string(), message: z.string() }))
      .optional()
      .describe('Every wrong parameter.'),
    conflicts: z
      .array(
        z.object({
          ...{ field: z.string(), base: fieldValue, yours: fieldValue, theirs: fieldValue },
          ...{ by: z.string().nullable(), at: z.date().nullable() },
        }),
      )
      .optional()
      .describe('Of an account that others changed meanwhile: each field that both changed.'),
    version: z.int().optional().describe('Of that account, as it is now.'),
    similar: z.int().optional().describe('The ID of the account that a new person looks like.'),
    reference: z.string().optional().describe('Of a fault of the service: its log has the same reference.'),
  })
  .meta({ id: 'Problem' })

export type ProblemDetails = z.output<typeof ProblemDetails>

/** For the OpenAPI document: any other answer is a problem. */
export const errorAnswers = {
  default: {
    description: 'What is wrong, as problem details (RFC 9457). With 429, 503 and 507 comes `Retry-After`.',
    content: { 'application/problem+json': { schema: ProblemDetails } },
  },
}

const TITLES: Record<number, string> = {
  400: 'The request can’t be used as it is',
  401: 'A token is needed',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible in this state',
  410: 'No longer there',
  413: 'The file is too large',
  415: 'The file can’t be read',
  422: 'The key was used for something else',
  428: 'The version is needed',
  429: 'Too many calls',
  500: 'The service failed',
  503: 'Not possible just now',
  507: 'There is no room left',
}

// Errors of a file's kind or size, and of a key, have a status of their own. All other bad input is a 400.
const STATUS_OF_INPUT: Record<string, number> = {
  'file-too-large': 413,
  'file-too-complex': 413,
  'file-not-text': 415,
  'file-encrypted': 415,
  'file-macros': 415,
  'file-damaged': 415,
  'idempotency-key-reused': 422,
  'too-many-waiting': 409,
  'version-required': 428,
}

/** When it is worth asking again where the database is away. */
const RETRY_AFTER_SECONDS = 10

/** Turns whatever was thrown into problem details, and logs what is a fault of ours. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (problem.status === 503 || problem.status === 507) {
    request.log.warn({ reason: sqlState(error) || error.name, request: request.id }, 'a request has to wait')
    reply.header('retry-after', RETRY_AFTER_SECONDS)
  } else if (problem.status >= 500) {
    problem.reference = randomUUID()
    request.log.error({ err: error, reference: problem.reference, request: request.id }, 'a request failed')
  }
  return sendProblem(reply, problem)
}

export function sendProblem(reply: FastifyReply, problem: ProblemDetails): FastifyReply {
  return reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .serializer(JSON.stringify)
    .send(problem)
}

export function problem(
  status: number,
  code: string,
  detail: string,
  errors?: ProblemDetails['errors'],
): ProblemDetails {
  const title = TITLES[status] ?? (TITLES[400] as string)
  return { type: 'about:blank', title, status, detail, code, ...(errors ? { errors } : {}) }
}

function problemOf(error: FastifyError): ProblemDetails {
  if (hasZodFastifySchemaValidationErrors(error)) return ofValidation(error)
  if (error instanceof InvalidInput) {
    const errors = [error, ...error.others].flatMap(({ field, message }) =>
      field ? [{ parameter: field, message }] : [],
    )
    const { code, message } = error
    return problem(STATUS_OF_INPUT[code] ?? 400, code, message, errors.length > 0 ? errors : undefined)
  }
  if (error instanceof ValuesRefused) return ofValues(error)
  if (error instanceof ChangedMeanwhile) {
    const { conflicts, version } = error
    const detail = `${error.message} Compare the values, and send what shall stand with If-Match: "${version}".`
    return {
      ...problem(409, 'changed-meanwhile', detail),
      conflicts: conflicts.map((one) => ({ ...one, field: apiNameOf(one.field) })),
      version,
    }
  }
  if (error instanceof LooksLikeSomebody) {
    const detail = `${error.message} Send them with "decision": "create" where they are another person.`
    return { ...problem(409, 'possible-duplicate', detail), similar: error.accountId }
  }
  if (error instanceof NotFound) return problem(404, 'not-found', error.message)
  if (error instanceof Forbidden) return problem(403, 'forbidden', error.message)
  if (error instanceof Gone) return problem(410, 'gone', error.message)
  if (error instanceof Conflict) return problem(409, 'conflict', error.message)
  if (isFull(error)) return problem(507, 'storage-full', FULL)
  if (isOutage(error)) return problem(503, 'unavailable', AWAY)
  return ofFastify(error) ?? problem(500, 'internal-error', SORRY)
}

function ofValues({ problems, message }: ValuesRefused): ProblemDetails {
  const errors = problems.map(({ field, message }) => ({ parameter: apiNameOf(field), message }))
  const [only, ...others] = problems
  const code = only && others.length === 0 ? only.code : 'invalid-values'
  return problem(code === 'already-exists' ? 409 : 400, code, message, errors)
}

const AWAY =
  'The database can’t be reached or is too busy just now. Send the request again in a moment: a file that is sent with an Idempotency-Key is never taken twice.'

const FULL =
  'There is no room left on the server’s disk, so nothing of this request was kept. Tell whoever runs Muster, and send it again when there is room.'

const SORRY =
  'Something went wrong on our side. Nothing that you have not seen confirmed was changed. Try again; if it goes on, tell your administrator the reference.'

function ofValidation(error: FastifyError): ProblemDetails {
  // An ID that is no number names nothing, so the answer is that there is no such thing.
  if (error.validationContext === 'params') return problem(404, 'not-found', 'There is nothing here.')
  const errors = (error.validation ?? []).flatMap(
    ({ instancePath, message = 'is wrong', keyword, params }) => {
      if (keyword === 'unrecognized_keys') {
        return (params.keys as string[]).map((parameter) => ({ parameter, message: 'is not known here' }))
      }
      const parameter = instancePath.slice(1).replaceAll('/', '.') || (error.validationContext ?? 'request')
      return [{ parameter, message }]
    },
  )
  const detail = errors.map(({ parameter, message }) => `${parameter}: ${message}`).join('; ')
  return problem(400, 'invalid-parameters', `${detail}.`, errors)
}

// Fastify itself refuses some requests before an endpoint is reached: a body of the wrong type, or one that is no JSON.
function ofFastify(error: FastifyError): ProblemDetails | undefined {
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || error.code === 'FST_ERR_CTP_EMPTY_TYPE') {
    return problem(
      415,
      'unsupported-content-type',
      'The request’s Content-Type can’t be read here. Send a file as text/csv or multipart/form-data, all else as application/json.',
    )
  }
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return problem(413, 'body-too-large', 'The request’s body is too large.')
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return problem(400, 'bad-request', 'The request can’t be read: its body is not what its headers say.')
  }
  return undefined
}
