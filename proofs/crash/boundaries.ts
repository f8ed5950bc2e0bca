/**
 * A place on the path of an upload where the proof can hold a process still. Most are a row that is written, told by a
 * trigger of the proof's own (see halts.ts), so that the program needs to know nothing of it.
 */
export type Boundary = {
  name: string
  /** The row whose writing is waited for. Without one, it is the mail server that holds the message. */
  on?: string
  when?: string
  /** At the commit of the transaction that wrote the row, and not at the row. */
  atCommit?: true
  /** Many rows to a statement: once for all of them. */
  bySet?: true
  /** It comes again with each chunk, so a later one can be chosen. */
  recurs?: true
  /** What has to happen in a round that comes there: not every story has it. */
  needs?: Need
}

/**
 * A file that is larger than a piece; somebody who edits one account; a file that is taken back; people who are acted on;
 * and daily steps.
 */
type Need = 'pieces' | 'edit' | 'undo' | 'acts' | 'steps'

const MOVE = 'update on change_set'
const SENT = 'new.sent_at is not null and old.sent_at is null'
const isUndo = "new.kind = 'undo'"
const isEdit = "new.kind = 'edit'"
const isStep = "new.kind = 'lifecycle'"
const moved = (to: string) => `new.status = '${to}' and old.status <> new.status`
const sent = (job: string) => ({ on: 'insert on pgboss.job', when: `new.name = '${job}'` })
const turned = (job: string, state: string) => ({
  on: 'update on pgboss.job',
  when: `new.name = '${job}' and new.state::text = '${state}' and old.state::text <> new.state::text`,
})

export const MAIL_SERVER = 'the mail server has the message and is about to accept it'

/** In the order of the path. The names are those of the printed table. */
export const BOUNDARIES: readonly Boundary[] = [
  { name: 'the first piece of the file is stored', on: 'insert on upload_bytes', when: 'new.number = 0' },
  {
    name: 'a later piece of the file is stored',
    on: 'insert on upload_bytes',
    when: 'new.number > 0',
    needs: 'pieces',
  },
  { name: 'the upload is made', on: 'insert on upload' },
  { name: 'the Idempotency-Key is claimed', on: 'insert on idempotency_key' },
  { name: 'the check is enqueued', ...sent('check-upload') },
  { name: 'the receiving commits', on: 'insert on upload', atCommit: true },
  { name: 'the check is taken', ...turned('check-upload', 'active') },
  { name: 'a batch is planned', on: 'insert on change', bySet: true },
  { name: 'a block of rows is kept', on: 'insert on upload_block' },
  { name: 'the progress is noted', on: 'update on upload', when: 'new.rows_read > old.rows_read' },
  { name: 'the bytes are deleted', on: 'delete on upload_bytes' },
  { name: 'it becomes checked', on: 'update on change_set', when: moved('checked') },
  { name: 'the check commits', on: 'update on change_set', when: moved('checked'), atCommit: true },
  { name: 'the check is done', ...turned('check-upload', 'completed') },
  { name: 'it is confirmed', on: 'update on change_set', when: moved('queued') },
  { name: 'the apply is enqueued', ...sent('apply-change-set') },
  { name: 'the confirmation commits', on: 'update on change_set', when: moved('queued'), atCommit: true },
  { name: 'the apply is taken', ...turned('apply-change-set', 'active') },
  { name: 'it becomes applying', on: 'update on change_set', when: moved('applying') },
  { name: 'its beginning commits', on: 'update on change_set', when: moved('applying'), atCommit: true },
  { name: 'accounts are updated', on: 'update on account', bySet: true, recurs: true },
  { name: 'accounts are created', on: 'insert on account', bySet: true },
  { name: 'addresses are allotted', on: 'insert on address' },
  { name: 'the chunk is noted', on: 'insert on chunk', recurs: true },
  { name: 'the mark is moved', on: 'update on change_set', when: 'new.mark > old.mark', recurs: true },
  { name: 'the chunk commits', on: 'insert on chunk', atCommit: true, recurs: true },
  { name: 'it becomes completed', on: 'update on change_set', when: moved('completed') },
  { name: 'the results are enqueued', ...sent('send-results') },
  { name: 'its end commits', on: 'update on change_set', when: moved('completed'), atCommit: true },
  { name: 'the apply is done', ...turned('apply-change-set', 'completed') },
  { name: 'the results are taken', ...turned('send-results', 'active') },
  { name: 'the message is written', on: 'insert on mail' },
  { name: 'the message commits', on: 'insert on mail', atCommit: true },
  { name: 'the results are done', ...turned('send-results', 'completed') },
  { name: MAIL_SERVER },
  { name: 'the message is accepted and about to be noted', on: 'update on mail', when: SENT },
  { name: 'the note of the sending commits', on: 'update on mail', when: SENT, atCommit: true },
  ...of('edit', [
    { name: 'an edit is made', on: 'insert on change_set', when: isEdit },
    { name: 'an edit’s mark is moved', on: MOVE, when: `${isEdit} and new.mark > old.mark` },
    { name: 'an edit becomes completed', on: MOVE, when: `${isEdit} and ${moved('completed')}` },
    { name: 'an edit commits', on: 'insert on change_set', when: isEdit, atCommit: true },
  ]),
  ...of('undo', [
    { name: 'an undo is made', on: 'insert on change_set', when: isUndo },
    { name: 'its planning is enqueued', ...sent('plan-undo') },
    { name: 'the asking for an undo commits', on: 'insert on change_set', when: isUndo, atCommit: true },
    { name: 'its planning is taken', ...turned('plan-undo', 'active') },
    { name: 'an undo’s plan is counted', on: MOVE, when: `${isUndo} and new.counts <> old.counts` },
    { name: 'an undo becomes checked', on: MOVE, when: `${isUndo} and ${moved('checked')}` },
    { name: 'an undo’s plan commits', on: MOVE, when: `${isUndo} and ${moved('checked')}`, atCommit: true },
    { name: 'its planning is done', ...turned('plan-undo', 'completed') },
    { name: 'an undo is confirmed', on: MOVE, when: `${isUndo} and ${moved('queued')}`, atCommit: true },
    {
      name: 'an undo becomes applying',
      on: MOVE,
      when: `${isUndo} and ${moved('applying')}`,
      atCommit: true,
    },
    { name: 'an undo’s mark is moved', on: MOVE, when: `${isUndo} and new.mark > old.mark` },
    { name: 'an undo’s chunk commits', on: MOVE, when: `${isUndo} and new.mark > old.mark`, atCommit: true },
    { name: 'an undo’s results are enqueued', ...sent('send-undo-results') },
    { name: 'an undo’s end commits', on: MOVE, when: `${isUndo} and ${moved('completed')}`, atCommit: true },
    { name: 'an undo’s results are taken', ...turned('send-undo-results', 'active') },
    { name: 'an undo’s results are done', ...turned('send-undo-results', 'completed') },
  ]),
  ...of('acts', [
    ...acts('action', 'an action'),
    ...acts('transfer', 'a transfer'),
    { name: 'the planning of a transfer is enqueued', ...sent('plan-transfer') },
    { name: 'the planning of a transfer is taken', ...turned('plan-transfer', 'active') },
    { name: 'the planning of a transfer is done', ...turned('plan-transfer', 'completed') },
    { name: 'an act’s results are enqueued', ...sent('send-change-results') },
    { name: 'an act’s results are taken', ...turned('send-change-results', 'active') },
    { name: 'an act’s results are done', ...turned('send-change-results', 'completed') },
  ]),
  ...of('steps', [
    { name: 'the planning of an action is enqueued', ...sent('plan-action') },
    { name: 'the planning of an action is taken', ...turned('plan-action', 'active') },
    { name: 'the planning of an action is done', ...turned('plan-action', 'completed') },
    { name: 'a daily step is made', on: 'insert on change_set', when: isStep },
    { name: 'a daily step is confirmed', on: MOVE, when: `${isStep} and ${moved('queued')}` },
    { name: 'a daily step’s plan commits', on: 'insert on change_set', when: isStep, atCommit: true },
    {
      name: 'a daily step becomes applying',
      on: MOVE,
      when: `${isStep} and ${moved('applying')}`,
      atCommit: true,
    },
    { name: 'an account is emptied', on: 'update on account', when: "new.status = 'Removed'" },
    { name: 'a daily step’s mark is moved', on: MOVE, when: `${isStep} and new.mark > old.mark` },
    {
      name: 'a daily step’s chunk commits',
      on: MOVE,
      when: `${isStep} and new.mark > old.mark`,
      atCommit: true,
    },
    {
      name: 'a daily step’s end commits',
      on: MOVE,
      when: `${isStep} and ${moved('completed')}`,
      atCommit: true,
    },
  ]),
]

/** What an action and a transfer pass both: planned in the background, confirmed, agreed to, applied, told of. */
function acts(kind: 'action' | 'transfer', an: string): Boundary[] {
  const isOne = `new.kind = '${kind}'`
  return [
    { name: `${an} is made`, on: 'insert on change_set', when: isOne },
    { name: `the asking for ${an} commits`, on: 'insert on change_set', when: isOne, atCommit: true },
    { name: `${an}’s plan is counted`, on: MOVE, when: `${isOne} and new.counts <> old.counts` },
    { name: `${an}’s plan commits`, on: MOVE, when: `${isOne} and ${moved('checked')}`, atCommit: true },
    { name: `${an} is to be agreed to`, on: MOVE, when: `${isOne} and ${moved('awaiting-agreement')}` },
    {
      name: `the asking for agreement to ${an} commits`,
      on: MOVE,
      when: `${isOne} and ${moved('awaiting-agreement')}`,
      atCommit: true,
    },
    { name: `${an} is agreed to`, on: MOVE, when: `${isOne} and ${moved('queued')}` },
    {
      name: `the agreement to ${an} commits`,
      on: MOVE,
      when: `${isOne} and ${moved('queued')}`,
      atCommit: true,
    },
    { name: `${an} becomes applying`, on: MOVE, when: `${isOne} and ${moved('applying')}`, atCommit: true },
    { name: `${an}’s mark is moved`, on: MOVE, when: `${isOne} and new.mark > old.mark` },
    { name: `${an}’s chunk commits`, on: MOVE, when: `${isOne} and new.mark > old.mark`, atCommit: true },
    { name: `${an}’s end commits`, on: MOVE, when: `${isOne} and ${moved('completed')}`, atCommit: true },
  ]
}

function of(needs: Need, boundaries: readonly Boundary[]): Boundary[] {
  return boundaries.map((boundary) => ({ ...boundary, needs }))
}

/** The statements that make the triggers, for a superuser. `proof.halt` and `proof.halt_set` are in halts.sql. */
export function triggers(): string {
  return BOUNDARIES.flatMap(({ name, on, when, atCommit, bySet }, at) => {
    if (on === undefined) return []
    const each = bySet ? 'statement' : 'row'
    const rows = bySet ? 'referencing new table as written' : ''
    const halt = bySet ? 'halt_set' : 'halt'
    return `create ${atCommit ? 'constraint ' : ''}trigger proof_${at} after ${on}
      ${atCommit ? 'deferrable initially deferred' : ''} ${rows} for each ${each}
      ${when ? `when (${when})` : ''} execute function proof.${halt}('${name}');`
  }).join('\n')
}
