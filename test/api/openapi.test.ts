import { Validator } from '@seriousme/openapi-schema-validator'
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROUTES } from '../../src/api/rest/routes.ts'
import type { Portal } from '../../src/portal.ts'
import { testPortal } from '../support/portal.ts'
import { openApi, withToken } from './api.ts'

let portal: Portal
let app: FastifyInstance
// biome-ignore lint/suspicious/noExplicitAny: the document as any program reads it
let document: any

beforeAll(async () => {
  portal = await testPortal()
  app = (await openApi(portal)).app
  document = (await withToken(app, undefined).get('/openapi.json')).json
})

afterAll(async () => {
  await app.close()
  await portal[Symbol.asyncDispose]()
})

test('the document is valid OpenAPI 3.1', async () => {
  const validator = new Validator()
  expect(await validator.validate(structuredClone(document))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
})

test('it describes each call, and only those', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const listed = ROUTES.map(([method, url]) => `${method} /api/v1${url.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(described.sort()).toEqual(listed.sort())
})

test('each call has its own name, needs a token, and says what it answers and how it errs', () => {
  const calls = Object.values(document.paths).flatMap((methods) => Object.values(methods as object))
  expect(new Set(calls.map(({ operationId }) => operationId)).size).toBe(calls.length)
  for (const { operationId, summary, security, responses } of calls) {
    expect({ operationId, summary, security }).toEqual({
      operationId: expect.any(String),
      summary: expect.any(String),
      security: [{ token: [] }],
    })
    const { default: problem, ...well } = responses
    expect(problem.content['application/problem+json'].schema).toEqual({
      $ref: '#/components/schemas/Problem',
    })
    expect(Object.keys(well)).toEqual([expect.stringMatching(/^20[012]$/)])
  }
})

test('a file may be sent as a form or as the body', () => {
  const { requestBody } = document.paths['/api/v1/uploads'].post
  expect(Object.keys(requestBody.content)).toEqual([
    'multipart/form-data',
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/octet-stream',
  ])
})

test('it names the headers that answers carry, and the one that a change needs', () => {
  const headers = Object.values(document.paths).flatMap((methods) =>
    // biome-ignore lint/suspicious/noExplicitAny: the document as any program reads it
    Object.values(methods as Record<string, any>).flatMap(
      ({ operationId, responses: { default: _, ...well } }) =>
        // biome-ignore lint/suspicious/noExplicitAny: the document as any program reads it
        Object.values<any>(well).flatMap((answer) =>
          answer.headers ? [[operationId, Object.keys(answer.headers).join(' ')]] : [],
        ),
    ),
  )
  expect(Object.fromEntries(headers)).toEqual({
    ...{ sendOrganisationList: 'Location' },
    ...{ showOrganisationSettings: 'ETag', changeOrganisationSettings: 'ETag' },
    ...{ showAccount: 'ETag', addAccount: 'ETag Location', changeAccount: 'ETag' },
    ...{ addAddress: 'ETag', choosePrimaryAddress: 'ETag', removeAddress: 'ETag' },
    ...{ sendUpload: 'Location Idempotent-Replayed', confirmUpload: 'Location', cancelUpload: 'Location' },
    ...{ confirmChangeSet: 'Location', cancelChangeSet: 'Location', undoChangeSet: 'Location' },
    ...{ agreeToChangeSet: 'Location', withdrawChangeSet: 'Location' },
    ...{
      checkUploadAgain: 'Location',
      mapUpload: 'Location',
      startAction: 'Location',
      startTransfer: 'Location',
    },
  })
  expect(document.paths['/api/v1/accounts/{id}'].patch.parameters).toContainEqual(
    expect.objectContaining({ in: 'header', name: 'if-match' }),
  )
})
