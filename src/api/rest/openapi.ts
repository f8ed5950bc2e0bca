import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { XLSX_TYPE } from '../../spreadsheets/xlsx-frame.ts'
import { type AnswerHeader, describeHeaders } from './answer-headers.ts'

/** Keeps the OpenAPI document of the routes that are registered after this, and serves it without a token. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Muster',
        version: '1',
        description: 'A self-hosted staff directory: keep thousands of accounts right from a spreadsheet.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      tags: [
        { name: 'uploads', description: 'A CSV file: checked, confirmed, applied, and its results.' },
        { name: 'accounts', description: 'The directory’s accounts and their history.' },
        { name: 'reports', description: 'Files made from the directory.' },
      ],
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'Made by `muster token create --email E`.' },
        },
      },
    },
    transform: (given) => {
      const described = jsonSchemaTransform(given)
      const { takesFile, sends = [] } = (given.route.config ?? {}) as Described
      const response = withHeaders(described.schema.response as Responses, sends)
      const body = takesFile ? { body: FILE_BODY } : {}
      return { ...described, schema: { ...described.schema, ...body, ...(response ? { response } : {}) } }
    },
    transformObject: jsonSchemaTransformObject,
  })
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  )
}

type Described = { takesFile?: boolean; sends?: readonly AnswerHeader[] }

type Responses = Record<string, object> | undefined

/** Names the headers of the one answer that isn't a problem. */
function withHeaders(responses: Responses, names: readonly AnswerHeader[]): Responses {
  if (names.length === 0 || !responses) return responses
  const headers = describeHeaders(names)
  return Object.fromEntries(
    Object.entries(responses).map(([status, answer]) => [
      status,
      status === 'default' ? answer : { ...answer, headers },
    ]),
  )
}

const FILE_BODY = {
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['file'],
        properties: { file: { type: 'string', contentMediaType: 'application/octet-stream' } },
      },
    },
    'text/csv': { schema: { type: 'string' } },
    [XLSX_TYPE]: { schema: { type: 'string', contentMediaType: XLSX_TYPE } },
    'application/octet-stream': { schema: { type: 'string', contentMediaType: 'application/octet-stream' } },
  },
}
