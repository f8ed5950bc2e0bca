import { RESULTS } from '../../changes/change.ts'
import { resultWord } from '../../results/result-words.ts'
import { findRows } from '../../uploads/find-rows.ts'
import type { Upload } from '../../uploads/upload.ts'
import { toldOf } from '../changes/told.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { leftOut, outcomeHeading, resultTags } from './outcome-words.ts'
import { rowsPage } from './rows-page.ts'

/** What the page of an upload that has ended shows besides the upload: what came of it, and its rows. */
export async function outcomeData({ portal, actor, query }: PageRequest, upload: Upload) {
  const path = `/uploads/${upload.id}`
  const chosen = RESULTS.find((result) => result === field(query, 'result'))
  const page = upload.expiredAt
    ? null
    : await rowsPage(query, { path, parameters: { result: chosen } }, (paging) =>
        findRows(portal, actor, upload.id, { result: chosen, ...paging }),
      )
  return {
    heading: outcomeHeading(upload),
    changed: upload.results.updated + upload.results.created,
    leftOut: leftOut(upload).map((each) => ({
      ...each,
      href: `${link(path, { result: each.result })}#rows`,
    })),
    filters: RESULTS.filter((result) => upload.results[result] > 0).map((result) => ({
      text: resultWord(result, 'upload'),
      rows: upload.results[result],
      href: `${link(path, { result })}#rows`,
      current: result === chosen,
    })),
    allHref: `${path}#rows`,
    filtered: chosen !== undefined,
    resultTags: resultTags('upload'),
    page,
    told: toldOf(upload, 'email'),
    keptDays: portal.config.uploadKeepDays,
  }
}
