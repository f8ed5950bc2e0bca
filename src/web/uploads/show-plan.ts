import { actWords } from '../../uploads/act-words.ts'
import { findCells } from '../../uploads/find-cells.ts'
import { countChangedSince } from '../../uploads/find-changed-since.ts'
import { findRows } from '../../uploads/find-rows.ts'
import type { Upload } from '../../uploads/upload.ts'
import { count } from '../../words.ts'
import { fieldWord } from '../accounts/field-words.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { calloutsOf } from './callouts.ts'
import { rowsUnderHeadings } from './error-rows.ts'
import { filtersOf, TABS } from './plan-tabs.ts'
import {
  accountsToWrite,
  emptySentence,
  isEmptyPlan,
  planSentences,
  toDecide,
  writesNothing,
} from './plan-words.ts'
import type { RowView } from './row-view.ts'
import { rowsPage } from './rows-page.ts'

/** Filters that stand on the page at once; the others unfold. */
const FIRST_FILTERS = 5

/** What the page of a checked upload shows besides the upload: the plan in words, and one tab's rows. */
export async function planData({ portal, actor, query }: PageRequest, upload: Upload) {
  const path = `/uploads/${upload.id}`
  const tabs = TABS.filter((tab) => upload.counts[tab.count] > 0)
  const tab = tabs.find(({ show }) => show === field(query, 'show')) ?? tabs[0]
  const filters = tab ? filtersOf(upload, tab, path) : []
  const asked = tab?.by === undefined ? '' : field(query, tab.by)
  const filter = filters.find(({ value }) => value === asked)
  const isErrors = tab?.show === 'errors'
  const page = await rowsPage(
    query,
    {
      ...{ path, parameters: { show: tab?.show, ...(tab?.by ? { [tab.by]: filter?.value } : {}) } },
      total: filter?.rows ?? (tab ? upload.counts[tab.count] : 0),
    },
    (paging) =>
      findRows(portal, actor, upload.id, {
        ...tab?.rows,
        ...(tab?.by ? { [tab.by]: filter?.value } : {}),
        ...paging,
      }),
  )
  const cells = isErrors
    ? await findCells(
        portal,
        actor,
        upload.id,
        page.rows.map(({ row }) => row),
      )
    : null
  const changedSince = await countChangedSince(portal, actor, upload.id)
  return {
    ...planSentences(upload),
    isEmpty: isEmptyPlan(upload),
    emptySentence: emptySentence(upload),
    act: writesNothing(upload) ? null : actWords(accountsToWrite(upload)),
    elsewhere: elsewhere(upload, page.rows),
    toDecide: toDecide(upload),
    decides: tab?.decides ?? false,
    callouts: calloutsOf(upload),
    stale:
      changedSince > 0
        ? `${count(changedSince, 'account has', 'accounts have')} changed since this check.`
        : null,
    show: tab?.show,
    tabs: tabs.map((each) => ({
      text: each.text,
      count: upload.counts[each.count],
      href: `${link(path, { show: each.show })}#rows`,
      current: each === tab,
    })),
    filters: filters.slice(0, FIRST_FILTERS).map((each) => ({ ...each, current: each === filter })),
    moreFilters: filters.slice(FIRST_FILTERS).map((each) => ({ ...each, current: each === filter })),
    filterCount: filters.length,
    allHref: `${link(path, { show: tab?.show })}#rows`,
    filtered: filter !== undefined,
    page,
    errorRows: cells && rowsUnderHeadings(page.rows, cells, upload.assumptions?.columns ?? []),
    toDecideHere: tab?.decides ? upload.counts[tab.count] : 0,
    allChoices: tab?.decides ? allChoices(page.rows) : [],
    here: link(path, { show: tab?.show, after: field(query, 'after'), from: field(query, 'from') }),
    keptDays: portal.config.uploadKeepDays,
    ...assumptionWords(upload),
  }
}

/** What is written besides what is chosen on this page. */
function elsewhere(upload: Upload, rows: readonly RowView[]): { update: number; create: number } {
  const { update, create } = accountsToWrite(upload)
  const chosen = rows.flatMap((row) => row.choices.filter(({ checked }) => checked).map(({ value }) => value))
  const creating = chosen.filter((value) => value === 'create').length
  const leftOut = chosen.filter((value) => value === 'leave-out').length
  return { create: create - creating, update: update - (chosen.length - creating - leftOut) }
}

/** What can be said of all rows like these with one press. */
function allChoices(rows: readonly RowView[]) {
  const choices = new Map(rows.flatMap((row) => row.choices.map(({ value, text }) => [value, text])))
  return [...choices].map(([value, text]) => ({ value, text }))
}

const ENCODINGS: Record<string, string> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252 (as Excel’s plain “CSV” writes it)',
}

const DELIMITERS: Record<string, string> = {
  ',': 'a comma',
  ';': 'a semicolon',
  '\t': 'a tab',
  '|': 'a vertical bar',
}

const FORMATS: Record<Upload['format'], string> = {
  csv: 'text (CSV)',
  xlsx: 'an Excel workbook (.xlsx)',
  ods: 'an OpenDocument spreadsheet (.ods)',
}

function assumptionWords({ format, encoding, delimiter, assumptions }: Upload) {
  return {
    formatWords: FORMATS[format],
    encodingWords: ENCODINGS[encoding] ?? encoding,
    delimiterWords: delimiter === null ? null : (DELIMITERS[delimiter] ?? `“${delimiter}”`),
    columnsRead: assumptions?.columns.map(({ heading, field: name }) => ({
      heading,
      field: COLUMN_WORDS[name] ?? fieldWord(name),
    })),
  }
}

const COLUMN_WORDS: Record<string, string> = {
  id: 'Account ID',
  organisationCode: 'Organisation',
  version: 'Version',
}
