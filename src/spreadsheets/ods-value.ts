import { showGeneral } from './show-number.ts'
import type { Attributes } from './xml-scanner.ts'

/** What a cell is to show that tells its value alone: programs that write no text do so. */
export function odsValue(attribute: Attributes): string {
  switch (attribute('value-type')) {
    case 'float':
    case 'currency':
      return ofNumber(attribute('value'), 1)
    case 'percentage':
      return `${ofNumber(attribute('value'), 100)}%`
    case 'date':
      return (attribute('date-value') ?? '').replace('T', ' ').replace(/ 00:00:00(?:\.0+)?$/, '')
    case 'time':
      return ofTime(attribute('time-value') ?? '')
    case 'boolean':
      return (attribute('boolean-value') ?? '').toUpperCase()
    default:
      return attribute('string-value') ?? ''
  }
}

function ofNumber(value: string | undefined, times: number): string {
  return value === undefined || Number.isNaN(Number(value)) ? '' : showGeneral(Number(value) * times)
}

/** `PT08H30M00S` as 08:30:00. */
function ofTime(value: string): string {
  const [, hours = '0', minutes = '0', seconds = '0'] =
    /^-?PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?$/.exec(value) ?? []
  return [hours, minutes, seconds].map((part) => part.padStart(2, '0')).join(':')
}
