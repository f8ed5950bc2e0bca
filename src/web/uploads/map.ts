import type { FastifyReply } from 'fastify'
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
  const unread = form.unread.map((one) => ({ ...one, chosen: field(body, one.name) }))
  const remember = field(body, 'remember') === 'yes'
  try {
    const mapping = Object.fromEntries(unread.map(({ heading, chosen }) => [heading, chosen || null]))
    await recheckUpload(portal, actor, id, { mapping, remember })
    return await reply.goTo(`/uploads/${id}`)
  } catch (error) {
    const at = unread.find(isChosenBefore)?.name ?? unread[0]?.name ?? ''
    const errors = formErrors(error).map((one) => ({ ...one, field: at }))
    return reply.page('uploads/map.njk', { ...form, unread, remember, errors })
  }
}

function isChosenBefore(
  { chosen }: { chosen: string },
  at: number,
  all: readonly { chosen: string }[],
): boolean {
  return chosen !== '' && all.slice(0, at).some((one) => one.chosen === chosen)
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

// A heading is proposed as what the last check read it as, otherwise as what was probably meant.
function chosenBefore(
  assumptions: { columns: { heading: string; field: string }[] } | null,
  { heading, nearest }: { heading: string; nearest: string | null },
): string {
  const read = assumptions?.columns.find((column) => column.heading === heading)
  const column = UPLOAD_FORMAT.columns.find(({ name }) => name === read?.field)
  return column?.heading ?? nearest ?? ''
}
