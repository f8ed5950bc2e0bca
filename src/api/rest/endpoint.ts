import { Readable } from 'node:stream'
import {
  errorCodes,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type FastifySchema,
} from 'fastify'
import { z } from 'zod'
import type { Actor } from '../../access/actor.ts'
import type { CsvFile } from '../../csv/send-csv.ts'
import type { Portal } from '../../portal.ts'
import { sendTable } from '../../spreadsheets/send-table.ts'
import { XLSX_TYPE } from '../../spreadsheets/xlsx-frame.ts'
import type { AnswerHeader } from './answer-headers.ts'
import { actorOf } from './authenticate.ts'
import { errorAnswers } from './problem-details.ts'

/** What an endpoint is given: everything already read, validated and typed. */
export type Call<Params, Query, Body> = {
  portal: Portal
  actor: Actor
  params: Params
  query: Query
  body: Body
  request: FastifyRequest
  reply: FastifyReply
}

type Definition<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Returns> = {
  /** Unique, for the clients that are generated from the document. */
  operationId: string
  summary: string
  params?: Params
  query?: Query
  body?: Body
  headers?: z.ZodType
  /** The body is a file, which the endpoint reads as a stream. */
  takesFile?: boolean
  status?: 200 | 201 | 202
  /** Headers that its answer carries. */
  sends?: readonly AnswerHeader[]
  returns: Returns
  handle: (call: Call<z.output<Params>, z.output<Query>, z.output<Body>>) => Promise<Result<Returns>>
}

type Result<Returns> = Returns extends z.ZodType ? z.output<Returns> : CsvFile

export type Endpoint = Definition<z.ZodType, z.ZodType, z.ZodType, z.ZodType | 'csv' | 'xlsx'>

/** An endpoint whose handler is typed by its schemas; it isn't reached from anywhere until routes.ts lists it. */
export function endpoint<
  Returns extends z.ZodType | 'csv',
  Params extends z.ZodType = z.ZodUndefined,
  Query extends z.ZodType = z.ZodUndefined,
  Body extends z.ZodType = z.ZodUndefined,
>(definition: Definition<Params, Query, Body, Returns>): Endpoint {
  return definition as unknown as Endpoint
}

/** The same file as a workbook, on a URL that ends with `.xlsx`. */
export function asWorkbook(endpoint: Endpoint): Endpoint {
  const { operationId, summary } = endpoint
  return {
    ...endpoint,
    operationId: `${operationId}Workbook`,
    summary: `${summary}, as a workbook`,
    returns: 'xlsx',
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Puts an endpoint on its URL. */
export function register(
  app: FastifyInstance,
  portal: Portal,
  method: Method,
  url: string,
  endpoint: Endpoint,
): void {
  app.route({
    method,
    url,
    exposeHeadRoute: false,
    schema: schemaOf(endpoint, url),
    config: { takesFile: endpoint.takesFile ?? false, sends: endpoint.sends ?? [] },
    preValidation: async ({ body }) => {
      if (endpoint.body && body instanceof Readable) throw new errorCodes.FST_ERR_CTP_INVALID_MEDIA_TYPE()
    },
    handler: async (request, reply) => {
      const { params, query, body } = request
      const result = await endpoint.handle({
        portal,
        actor: actorOf(request),
        params,
        query,
        body,
        request,
        reply,
      })
      if (typeof endpoint.returns === 'string') return sendTable(reply, result as CsvFile)
      return reply.code(endpoint.status ?? 200).send(result)
    },
  })
}

function schemaOf(
  { operationId, summary, params, query, body, headers, ...endpoint }: Endpoint,
  url: string,
) {
  return {
    operationId,
    summary,
    tags: [url.split('/')[1] as string],
    security: [{ token: [] }],
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    ...(headers ? { headers } : {}),
    response: {
      [endpoint.status ?? 200]: { description: summary, content: contentOf(endpoint.returns) },
      ...errorAnswers,
    },
  } as FastifySchema
}

function contentOf(returns: Endpoint['returns']) {
  if (returns === 'csv') return { 'text/csv': { schema: z.string() } }
  if (returns === 'xlsx') return { [XLSX_TYPE]: { schema: z.string() } }
  return { 'application/json': { schema: returns } }
}
