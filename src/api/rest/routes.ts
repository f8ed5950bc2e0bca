import { REPORTS } from '../../reports/registry.ts'
import { addAnAccount } from './accounts/add.ts'
import { addAnAddress, choosePrimary, removeAnAddress } from './accounts/addresses.ts'
import { changeAccount } from './accounts/edit.ts'
import { historyOfAccount } from './accounts/history.ts'
import { listOfAccounts } from './accounts/list.ts'
import { showAccount } from './accounts/show.ts'
import { startAnAction } from './actions/start.ts'
import { changeAnAdministrator } from './administrators/change.ts'
import { inviteAnAdministrator } from './administrators/invite.ts'
import { listOfAdministrators } from './administrators/list.ts'
import { auditLog, auditLogFile } from './audit/list.ts'
import { agreeToAChangeSet, withdrawFromAgreement } from './change-sets/agree.ts'
import { listOfChangeSets } from './change-sets/list.ts'
import { cancelAChangeSet, confirmAChangeSet } from './change-sets/move.ts'
import { resultsOfChangeSet } from './change-sets/results.ts'
import { rowsOfChangeSet, rowsOfUpload } from './change-sets/rows.ts'
import { showChangeSet } from './change-sets/show.ts'
import { undoAChangeSet } from './change-sets/undo.ts'
import { listOfDuplicates, searchForDuplicates, showDuplicateSearch } from './duplicates/list.ts'
import { settleADuplicate } from './duplicates/settle.ts'
import { asWorkbook, type Endpoint, type Method } from './endpoint.ts'
import {
  confirmAnOrganisationList,
  sendOrganisationList,
  showOrganisationList,
} from './organisations/lists.ts'
import {
  addAnOrganisation,
  changeAnOrganisation,
  listOfOrganisations,
  showOrganisation,
} from './organisations/organisations.ts'
import {
  addASite,
  addAUnit,
  removeASite,
  removeAUnit,
  renameASite,
  renameAUnit,
} from './organisations/places.ts'
import { changeOrganisationSettings, showOrganisationSettings } from './organisations/settings.ts'
import { downloadOf } from './reports/download.ts'
import { listOfReports } from './reports/list.ts'
import { listOfWeeklyReports, stopAWeeklyReport, wishForAWeeklyReport } from './reports/weekly.ts'
import { listOfTokens, makeAToken, revokeAToken } from './tokens/tokens.ts'
import { joinALeaver } from './transfers/join.ts'
import { startATransfer } from './transfers/start.ts'
import { cancelUpload } from './uploads/cancel.ts'
import { confirmUpload } from './uploads/confirm.ts'
import { decideRows, repairUpload } from './uploads/decide.ts'
import { failedRowsOfUpload } from './uploads/failed-rows.ts'
import { mapUpload } from './uploads/map.ts'
import { checkUploadAgain } from './uploads/recheck.ts'
import { resultsOfUpload, wholeResultsOfUpload } from './uploads/results.ts'
import { sendUpload } from './uploads/send.ts'
import { showUpload } from './uploads/show.ts'

type Route = [method: Method, url: string, endpoint: Endpoint]

/** Every call of the API. */
export const ROUTES: readonly Route[] = [
  ['POST', '/uploads', sendUpload],
  ['GET', '/uploads/:id', showUpload],
  ['GET', '/uploads/:id/rows', rowsOfUpload],
  ['POST', '/uploads/:id/decisions', decideRows],
  ['POST', '/uploads/:id/repairs', repairUpload],
  ['POST', '/uploads/:id/mapping', mapUpload],
  ['POST', '/uploads/:id/check', checkUploadAgain],
  ['POST', '/uploads/:id/confirmation', confirmUpload],
  ['POST', '/uploads/:id/cancellation', cancelUpload],
  ['GET', '/uploads/:id/results.csv', resultsOfUpload],
  ['GET', '/uploads/:id/results.xlsx', asWorkbook(resultsOfUpload)],
  ['GET', '/uploads/:id/parts/results.csv', wholeResultsOfUpload],
  ['GET', '/uploads/:id/parts/results.xlsx', asWorkbook(wholeResultsOfUpload)],
  ['GET', '/uploads/:id/failed-rows.csv', failedRowsOfUpload],
  ['GET', '/uploads/:id/failed-rows.xlsx', asWorkbook(failedRowsOfUpload)],
  ['POST', '/actions', startAnAction],
  ['GET', '/change-sets', listOfChangeSets],
  ['GET', '/change-sets/:id', showChangeSet],
  ['GET', '/change-sets/:id/rows', rowsOfChangeSet],
  ['GET', '/change-sets/:id/results.csv', resultsOfChangeSet],
  ['GET', '/change-sets/:id/results.xlsx', asWorkbook(resultsOfChangeSet)],
  ['POST', '/change-sets/:id/confirmation', confirmAChangeSet],
  ['POST', '/change-sets/:id/cancellation', cancelAChangeSet],
  ['POST', '/change-sets/:id/agreement', agreeToAChangeSet],
  ['POST', '/change-sets/:id/withdrawal', withdrawFromAgreement],
  ['POST', '/change-sets/:id/undo', undoAChangeSet],
  ['POST', '/transfers', startATransfer],
  ['POST', '/joins', joinALeaver],
  ['GET', '/accounts', listOfAccounts],
  ['POST', '/accounts', addAnAccount],
  ['GET', '/accounts/:id', showAccount],
  ['PATCH', '/accounts/:id', changeAccount],
  ['POST', '/accounts/:id/addresses', addAnAddress],
  ['DELETE', '/accounts/:id/addresses/:address', removeAnAddress],
  ['PUT', '/accounts/:id/primary-address', choosePrimary],
  ['GET', '/accounts/:id/history', historyOfAccount],
  ['GET', '/duplicates', listOfDuplicates],
  ['POST', '/duplicates/search', searchForDuplicates],
  ['GET', '/duplicates/search', showDuplicateSearch],
  ['POST', '/duplicates/decisions', settleADuplicate],
  ['GET', '/organisations', listOfOrganisations],
  ['POST', '/organisations', addAnOrganisation],
  ['GET', '/organisations/:id', showOrganisation],
  ['PATCH', '/organisations/:id', changeAnOrganisation],
  ['GET', '/organisations/:id/settings', showOrganisationSettings],
  ['PATCH', '/organisations/:id/settings', changeOrganisationSettings],
  ['POST', '/organisations/:id/sites', addASite],
  ['PATCH', '/organisations/:id/sites', renameASite],
  ['DELETE', '/organisations/:id/sites', removeASite],
  ['POST', '/organisations/:id/units', addAUnit],
  ['PATCH', '/organisations/:id/units', renameAUnit],
  ['DELETE', '/organisations/:id/units', removeAUnit],
  ['POST', '/organisation-lists', sendOrganisationList],
  ['GET', '/organisation-lists/:id', showOrganisationList],
  ['POST', '/organisation-lists/:id/confirmation', confirmAnOrganisationList],
  ['GET', '/administrators', listOfAdministrators],
  ['POST', '/administrators', inviteAnAdministrator],
  ['PATCH', '/administrators/:id', changeAnAdministrator],
  ['GET', '/tokens', listOfTokens],
  ['POST', '/tokens', makeAToken],
  ['DELETE', '/tokens/:id', revokeAToken],
  ['GET', '/audit', auditLog],
  ['GET', '/audit.csv', auditLogFile],
  ['GET', '/audit.xlsx', asWorkbook(auditLogFile)],
  ['GET', '/weekly-reports', listOfWeeklyReports],
  ['POST', '/weekly-reports', wishForAWeeklyReport],
  ['DELETE', '/weekly-reports/:id', stopAWeeklyReport],
  ['GET', '/reports', listOfReports],
  ...REPORTS.flatMap((report): Route[] => [
    ['GET', `/reports/${report.kind}.csv`, downloadOf(report)],
    ['GET', `/reports/${report.kind}.xlsx`, asWorkbook(downloadOf(report))],
  ]),
]
