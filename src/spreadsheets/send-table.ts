import type { FastifyReply } from 'fastify'
import { type CsvFile, sendCsv, sendFile } from '../csv/send-csv.ts'
import { csvAsXlsx } from './csv-as-xlsx.ts'
import { XLSX_TYPE } from './xlsx-frame.ts'

/** Streams a file of ours to be saved: as the workbook (.xlsx) that it comes to where its route ends so, else as CSV. */
export function sendTable(reply: FastifyReply, file: CsvFile): Promise<FastifyReply> {
  const isWorkbook = reply.request.routeOptions.url?.endsWith('.xlsx')
  return isWorkbook ? sendFile(reply, XLSX_TYPE, csvAsXlsx(file)) : sendCsv(reply, file)
}
