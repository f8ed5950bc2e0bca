import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Actor } from '../../src/access/actor.ts'
import { cancelChangeSet } from '../../src/changes/cancel.ts'
import { confirmChangeSet } from '../../src/changes/confirm.ts'
import { Conflict, NotFound } from '../../src/errors.ts'
import type { Portal } from '../../src/portal.ts'
import { changeResultsFile } from '../../src/results/change-results-file.ts'
import { makeActor, makeOrganisation, testPortal } from '../support/portal.ts'
import { applyPlanned, planUndoOf, takeBack } from '../support/undo.ts'
import { apply, check, create, csv } from '../support/upload.ts'

const HEADING = 'Row,LocalID,Name,Field,ValueBefore,ValueAfter,Result,ResultDetail'

let portal: Portal
let ann: Actor
let ben: Actor

beforeAll(async () => {
  portal = await testPortal()
  const own = await makeOrganisation(portal, 'RX1')
  ann = await makeActor(portal, 'ann@x.example', 'local-administrator', own)
  ben = await makeActor(portal, 'ben@x.example', 'local-administrator', own)
  await create(
    portal,
    ann,
    'RX1',
    csv(
      'LocalID,FirstName,LastName,Mobile,JobTitle',
      'A1,Jane,Smith,07700 900001,Nurse',
      'A2,Omar,Khan,07700 900002,Porter',
    ),
  )
})
afterAll(() => portal[Symbol.asyncDispose]())

test('each field has a line, under the row number of what is taken back: gone back, or kept and why', async () => {
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,=1+1,Ms', 'A2,Clerk,Mr'))
  await send(csv('LocalID,JobTitle', 'A2,Matron'), ben)
  const undo = await takeBack(portal, ann, id)
  const { filename, content } = await changeResultsFile(portal, ann, undo)
  expect(filename).toBe('Taking back people results.csv')
  expect(await read(content)).toEqual([
    HEADING,
    `2,A1,"SMITH, Jane (RX1)",Title,Ms,,Taken back,`,
    `2,A1,"SMITH, Jane (RX1)",Job title,'=1+1,Nurse,Taken back,`,
    `3,A2,"KHAN, Omar (RX1)",Title,Mr,,Taken back,`,
    expect.stringMatching(
      /^3,A2,"KHAN, Omar \(RX1\)",Job title,Matron,Matron,Kept,It is kept: ben@x.example changed it on \d+ \w+ \d{4}\.$/,
    ),
  ])
})

test('a field that is kept at the last moment, and an account that is withdrawn or kept whole', async () => {
  const id = await send(csv('LocalID,JobTitle,Title', 'A1,Sister,Dr'))
  const undo = await planUndoOf(portal, ann, id)
  await send(csv('LocalID,JobTitle', 'A1,Matron'), ben)
  await applyPlanned(portal, ann, undo)
  expect(await linesOf(undo)).toEqual([
    HEADING,
    `2,A1,"SMITH, Jane (RX1)",Title,Dr,,Taken back,`,
    expect.stringMatching(
      /,Job title,Matron,Matron,Kept,"It is kept: ben@x.example .*, after this was planned\."$/,
    ),
  ])

  const made = await create(
    portal,
    ann,
    'RX1',
    csv('LocalID,FirstName,LastName,Mobile', 'B1,Noor,Ali,07700 900011', 'B2,Eva,Roe,07700 900012'),
  )
  await send(csv('LocalID,JobTitle', 'B2,Clerk'), ben)
  const lines = await linesOf(await takeBack(portal, ann, made.id))
  expect(lines).toContain('2,B1,"ALI, Noor (RX1)",Local ID,B1,,Withdrawn,')
  expect(lines.at(-1)).toMatch(
    /^3,B2,"ROE, Eva \(RX1\)",,,,Kept,The account is kept: ben@x.example changed it on /,
  )
})

test('what was not reached says so, and nothing is there before the end', async () => {
  const id = await send(csv('LocalID,JobTitle', 'A1,Driver'))
  const undo = await planUndoOf(portal, ann, id)
  await expect(changeResultsFile(portal, ann, undo)).rejects.toThrow(Conflict)
  await confirmChangeSet(portal, ann, undo)
  await cancelChangeSet(portal, ann, undo)
  expect((await linesOf(undo)).at(-1)).toBe(
    '2,A1,"SMITH, Jane (RX1)",Job title,Driver,Driver,Skipped,Not reached before the undo was stopped.',
  )
  await expect(changeResultsFile(portal, ann, id)).rejects.toThrow(NotFound)
  const far = await makeActor(portal, 'far@x.example', 'auditor', await makeOrganisation(portal, 'RX2'))
  await expect(changeResultsFile(portal, far, undo)).rejects.toThrow(NotFound)
})

async function send(file: string, actor = ann): Promise<number> {
  const { upload } = await check(portal, actor, 'RX1', file)
  await apply(portal, actor, upload)
  return upload.id
}

async function linesOf(id: number): Promise<string[]> {
  return read((await changeResultsFile(portal, ann, id)).content)
}

async function read(content: AsyncIterable<string>): Promise<string[]> {
  return (await text(Readable.from(content))).replace('\uFEFF', '').trimEnd().split('\r\n')
}
