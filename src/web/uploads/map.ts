import type { FastifyReply } from 'fastify'
import { InvalidInput } from '../../errors.ts'
import { UPLOAD_FORMAT } from '../../uploads/columns.ts'
import { findUnreadHeadings } from '../../uploads/find-unread.ts'
import { findUpload } from '../../uploads/find-uploads.ts'
import { recheckUpload } from '../../uploads/recheck.ts'
import { field, formErrors, idOf } from '../form.ts'
import type { PageRequest } from '../request.ts'

/** “Which column is this?”: each heading that isn't read, with its first values and the columns to choose from. */
export async function showMapping(request: PageRequest, reply: FastifyReply) {
  return reply.page('uploads/map.njk', await mappingForm(request))
}

/** Keeps what was chosen, and has the file checked again. */
export async function mapColumns(request: PageRequest, reply: FastifyReply) {
  const { portal, actor, params, body } = request
  const id = idOf(params.id)
  const form = await mappingForm(request)
  const chosen = form.unread.map(({ heading, name }) => [heading, field(body, name) || null] as const)
  try {
    const mapping = Object.fromEntries(chosen)
    await recheckUpload(portal, actor, id, { mapping, remember: field(body, 'remember') === 'yes' })
    return await reply.goTo(`/uploads/${id}`)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const unread = form.unread.map((one, at) => ({ ...one, chosen: chosen[at]?.[1] ?? '' }))
    return reply.page('uploads/map.njk', { ...form, unread, errors: formErrors(error) })
  }
}

async function mappingForm({ portal, actor, params }: PageRequest) {
  const id = idOf(params.id)
  const upload = await findUpload(portal, actor, id)
  const { unread, read } = await findUnreadHeadings(portal, actor, id)
  const taken = new Set(read.map(({ column }) => column))
  return {
    upload,
    read,
    columns: UPLOAD_FORMAT.columns.map(({ heading }) => heading).filter((heading) => !taken.has(heading)),
    unread: unread.map((one, at) => ({
      ...one,
      name: `column-${at}`,
      chosen: chosenBefore(upload.assumptions, one),
    })),
  }
}

// What the last check read it as; else what was probably meant.
function chosenBefore(
  assumptions: { columns: { heading: string; field: string }[] } | null,
  { heading, nearest }: { heading: string; nearest: string | null },
): string {
  const read = assumptions?.columns.find((column) => column.heading === heading)
  const column = UPLOAD_FORMAT.columns.find(({ name }) => name === read?.field)
  return column?.heading ?? nearest ?? ''
}
