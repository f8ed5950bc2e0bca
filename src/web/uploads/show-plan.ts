import { findRows } from '../../uploads/find-rows.ts'
import type { Upload } from '../../uploads/upload.ts'
import { fieldWord } from '../accounts/field-words.ts'
import { field } from '../form.ts'
import { link } from '../link.ts'
import type { PageRequest } from '../request.ts'
import { changesToUpload, planSentences } from './plan-words.ts'
import { problemWords } from './problem-words.ts'
import { rowsPage } from './rows-page.ts'

/** The parts of a plan, as tabs: each shows the rows of one action. */
const TABS = [
  { show: 'update', action: 'update', count: 'update', text: 'Will be updated', modes: ['update', 'both'] },
  { show: 'create', action: 'create', count: 'create', text: 'Will be created', modes: ['create', 'both'] },
  {
    show: 'possible-duplicates',
    action: 'possible-duplicate',
    count: 'possibleDuplicate',
    text: 'Possible duplicates',
    modes: ['create', 'both'],
  },
  { show: 'errors', action: 'error', count: 'error', text: 'Errors', modes: ['update', 'create', 'both'] },
  {
    show: 'unchanged',
    action: 'unchanged',
    count: 'unchanged',
    text: 'No change',
    modes: ['update', 'create', 'both'],
  },
] as const

/** What the page of a checked upload shows besides the upload: the plan in words, and one tab's rows. */
export async function planData({ portal, actor, query }: PageRequest, upload: Upload) {
  const path = `/uploads/${upload.id}`
  const tabs = TABS.filter(
    (tab) => upload.counts[tab.count] > 0 || (tab.modes as readonly string[]).includes(upload.mode),
  )
  const asked = tabs.find(({ show }) => show === field(query, 'show'))
  const tab = asked ?? tabs.find((each) => upload.counts[each.count] > 0) ?? tabs[0]
  const show = tab?.show ?? 'update'
  const filters = filtersOf(upload, show, path)
  const filter = filters.find(({ value }) => value === field(query, filterName(show)))
  const page = await rowsPage(
    query,
    { path, parameters: { show, [filterName(show)]: filter?.value } },
    (paging) =>
      findRows(portal, actor, upload.id, {
        action: tab?.action,
        [filterName(show)]: filter?.value,
        ...paging,
      }),
  )
  return {
    ...planSentences(upload),
    changes: changesToUpload(upload),
    show,
    tabs: tabs.map((each) => ({
      text: each.text,
      count: upload.counts[each.count],
      href: link(path, { show: each.show }),
      current: each === tab,
    })),
    filters: filters.map((each) => ({ ...each, current: each === filter })),
    allHref: link(path, { show }),
    filtered: filter !== undefined,
    page,
    after: field(query, 'after'),
    keptDays: portal.config.uploadKeepDays,
    ...assumptionWords(upload),
  }
}

/** The fields that updates change, or the kinds of errors, most frequent first. */
function filtersOf({ counts }: Upload, show: string, path: string) {
  const name = filterName(show)
  const counted = show === 'update' ? counts.fields : show === 'errors' ? counts.problems : {}
  return Object.entries(counted)
    .sort(([, one], [, other]) => other - one)
    .map(([value, rows]) => ({
      value,
      text: show === 'update' ? fieldWord(value) : problemWords(value),
      rows,
      emptied: show === 'update' ? (counts.clears[value] ?? 0) : 0,
      href: link(path, { show, [name]: value }),
    }))
}

function filterName(show: string): 'field' | 'problem' {
  return show === 'update' ? 'field' : 'problem'
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

const COLUMN_WORDS: Record<string, string> = { id: 'Account ID', organisationCode: 'Organisation' }
