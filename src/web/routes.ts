/**
 * Every page of Muster: method, path, who may open it, handler. Nothing else answers.
 *
 * How a page is written: a folder is a thing, a page is `show.ts` + `show.njk` side by side.
 *
 *     // uploads/show.ts
 *     export async function show({ portal, actor, organisation, params }: PageRequest, reply: FastifyReply) {
 *       const upload = await findUpload(portal, actor, idOf(params.id))
 *       return reply.page('uploads/show.njk', { upload })
 *     }
 *
 *     {# uploads/show.njk #}
 *     {% extends "layout/page.njk" %}
 *     {% set title = upload.filename %}          {# becomes "people.csv – Muster", "Error: …" when there are errors #}
 *     {% set section = "uploads" %}              {# which link of the header is the current one: users, uploads, reports, organisation #}
 *     {% set back = { text: "Uploads", href: "/uploads" } %}                               {# a link back above it all #}
 *     {% block content %}<h1>{{ title }}</h1>{% endblock %}
 *
 * - Who may: an action of access/permissions.ts (held somewhere: the function that reads or writes holds it to the
 *   organisation), `signed-in`, `enrolling` (also before they have the second factor that they must have), or `anyone`. Someone who isn't signed in is sent to sign in and then back.
 * - `request.actor`, `request.organisation` (the one chosen in the header), `request.organisations`, `request.portal`,
 *   `request.session`. `organisation` answers with a page of its own when there is none, so it is never null.
 * - Forms: `<form method="post" novalidate>` with `{{ csrf }}` inside (a hidden field). `field(request.body, 'name')`
 *   reads a field, `field(request.query, 'page')` a parameter. A form that is wrong shows itself again:
 *   `return reply.page('uploads/new.njk', { ...values, errors: formErrors(error) })`, which answers 400, puts the
 *   error summary on top and "Error:" in the title; beside the field, `errorMessage: errors | messageFor('file')`.
 * - Forms with a file: `'file'` at the end of the route; `enctype="multipart/form-data"`, `{{ csrf }}` first and the file last, since the file is handed
 *   on while it arrives: `request.body` has the fields before it, `request.sentFile` is `{ filename, bytes }` or null.
 * - After a form that worked: `return reply.goTo('/uploads/12')`, or `reply.goTo('/', 'Your password is changed.')`,
 *   which says so on top of the next page.
 * - NotFound, Forbidden, Conflict, InvalidInput and Gone thrown by a handler become pages (errors/show.ts).
 * - Filters: `number` (1,204), `count('row')` (1 row; 1,204 rows), `date`, `dateTime`, `messageFor`.
 * - Files: `return sendTable(reply, await resultsFile(portal, actor, id))` (spreadsheets/send-table.ts), on a route that ends
 *   with .csv and on one that ends with .xlsx.
 * - Scripts only enhance: a file in assets/, and `{% block scripts %}<script type="module" src="/assets/x.js"></script>`.
 */
import type { FastifyReply } from 'fastify'
import { changeAddresses, showAddresses } from './accounts/addresses.ts'
import { saveEdit, showEdit } from './accounts/edit.ts'
import { sendExport, startExport } from './accounts/export.ts'
import { showAccounts } from './accounts/list.ts'
import { addNew, showNew } from './accounts/new.ts'
import { showAccount } from './accounts/show.ts'
import { actByLocalId, showByLocalId } from './actions/by-local-id.ts'
import { actOnSelected } from './actions/selected.ts'
import { answerAgreement, withdrawAsking } from './changes/answer.ts'
import { chooseWhatGoesBack } from './changes/choose.ts'
import { sendChangeResults } from './changes/download.ts'
import { showChanges } from './changes/list.ts'
import { cancelChange, confirmChange, takeBack } from './changes/move.ts'
import { showChangeProgress, showChange as showChangeSet } from './changes/show.ts'
import { askToConfirm, confirmed } from './confirm/show.ts'
import { sendSample, sendTemplate } from './downloads/template.ts'
import { showDuplicates, showSearchProgress } from './duplicates/list.ts'
import { searchAnew, settlePair } from './duplicates/settle.ts'
import { showColumns } from './help/columns.ts'
import { showAccessibility, showHelp, showPrivacy } from './help/help.ts'
import { dismissLine } from './home/dismiss.ts'
import { showHome } from './home/show.ts'
import { chooseJoin, join, newJoin } from './joins/new.ts'
import { changeAdministrator, showAdministrator } from './organisation/administrator.ts'
import { showAdministrators } from './organisation/administrators.ts'
import { sendAuditLog, showAuditLog } from './organisation/audit-log.ts'
import { chooseOrganisation } from './organisation/choose.ts'
import { invite, showInvite } from './organisation/invite.ts'
import { changePlaces, showPlaces } from './organisation/places.ts'
import { saveSettings, showSettings } from './organisation/settings.ts'
import { switchOrganisation } from './organisation/switch.ts'
import { makeAToken, revokeAToken, showNewToken, showTokens } from './organisation/tokens.ts'
import { showOrganisations } from './organisations/list.ts'
import { confirmList, sendList, showList, showLoad } from './organisations/load.ts'
import { addNewOrganisation, showNewOrganisation } from './organisations/new.ts'
import { saveOrganisation, showOrganisation } from './organisations/show.ts'
import { sendAttachment } from './outbox/attachment.ts'
import { listOutbox } from './outbox/list.ts'
import { showLink, showMail } from './outbox/show.ts'
import { change, showChange } from './password/change.ts'
import { sendLink, showForgotten } from './password/forgotten.ts'
import { setFromLink, showSet } from './password/set.ts'
import { sendReport } from './reports/download.ts'
import { showReports } from './reports/list.ts'
import { showReport } from './reports/show.ts'
import { showReportProgress } from './reports/show-progress.ts'
import { runAReport } from './reports/start.ts'
import { changeWeekly } from './reports/weekly.ts'
import type { PageRequest, WhoMay } from './request.ts'
import { unlinkIdentity } from './sessions/identities.ts'
import { endSessions, showSessions } from './sessions/list.ts'
import { enter } from './sign-in/enter.ts'
import { leave } from './sign-in/leave.ts'
import { comeBack, goElsewhere } from './sign-in/openid.ts'
import { enterWithSecondFactor, showSecondFactor } from './sign-in/second-factor.ts'
import { showSignIn } from './sign-in/show.ts'
import { confirmTransfer, takeLocalIds } from './transfers/confirm.ts'
import { beginTransfer, newTransfer } from './transfers/new.ts'
import { cancelUpload } from './uploads/cancel.ts'
import { checkAgain } from './uploads/check-again.ts'
import { confirmUpload } from './uploads/confirm.ts'
import { decideRows, repairRows } from './uploads/decide.ts'
import { sendFailedRows, sendProblems, sendResultsFile, sendWholeFile } from './uploads/download.ts'
import { showUploads } from './uploads/list.ts'
import { mapColumns, showMapping } from './uploads/map.ts'
import { newUpload } from './uploads/new.ts'
import { confirmParts } from './uploads/parts.ts'
import { sendUpload } from './uploads/send.ts'
import { showProgress, showUpload } from './uploads/show.ts'
import { addNewApp, showNewApp } from './ways-to-sign-in/app.ts'
import { removeWay, renewRecoveryCodes, showWays } from './ways-to-sign-in/list.ts'
import { addNewPasskey, showNewPasskey } from './ways-to-sign-in/passkey.ts'

export type Handler = (request: PageRequest, reply: FastifyReply) => Promise<unknown>
export type Route = readonly [
  method: 'GET' | 'POST',
  path: string,
  may: WhoMay,
  handler: Handler,
  takes?: 'file',
]

export const ROUTES: readonly Route[] = [
  ['GET', '/', 'signed-in', showHome],
  ['POST', '/dismissals', 'read-accounts', dismissLine],

  ['GET', '/uploads', 'read-uploads', showUploads],
  ['POST', '/uploads', 'upload', sendUpload, 'file'],
  ['GET', '/uploads/new', 'upload', newUpload],
  ['GET', '/uploads/:id', 'read-uploads', showUpload],
  ['GET', '/uploads/:id/progress', 'read-uploads', showProgress],
  ['POST', '/uploads/:id/decisions', 'upload', decideRows],
  ['POST', '/uploads/:id/check', 'upload', checkAgain],
  ['POST', '/uploads/:id/repairs', 'upload', repairRows],
  ['GET', '/uploads/:id/mapping', 'upload', showMapping],
  ['POST', '/uploads/:id/mapping', 'upload', mapColumns],
  ['POST', '/uploads/:id/confirmation', 'upload', confirmUpload],
  ['POST', '/uploads/:id/parts/confirmation', 'upload', confirmParts],
  ['POST', '/uploads/:id/cancellation', 'upload', cancelUpload],
  ['GET', '/uploads/:id/parts/results.csv', 'read-uploads', sendWholeFile],
  ['GET', '/uploads/:id/parts/results.xlsx', 'read-uploads', sendWholeFile],
  ['GET', '/uploads/:id/results.csv', 'read-uploads', sendResultsFile],
  ['GET', '/uploads/:id/results.xlsx', 'read-uploads', sendResultsFile],
  ['GET', '/uploads/:id/failed-rows.csv', 'read-uploads', sendFailedRows],
  ['GET', '/uploads/:id/failed-rows.xlsx', 'read-uploads', sendFailedRows],
  ['GET', '/uploads/:id/problems.csv', 'read-uploads', sendProblems],
  ['GET', '/uploads/:id/problems.xlsx', 'read-uploads', sendProblems],

  ['GET', '/changes', 'read-accounts', showChanges],
  ['GET', '/changes/:id', 'read-accounts', showChangeSet],
  ['GET', '/changes/:id/progress', 'read-accounts', showChangeProgress],
  ['GET', '/changes/:id/results.csv', 'read-accounts', sendChangeResults],
  ['GET', '/changes/:id/results.xlsx', 'read-accounts', sendChangeResults],
  ['GET', '/changes/:id/choice', 'change-status', chooseWhatGoesBack],
  ['POST', '/changes/:id/choice', 'change-status', chooseWhatGoesBack],
  ['POST', '/changes/:id/undo', 'change-status', takeBack],
  ['POST', '/changes/:id/confirmation', 'change-status', confirmChange],
  ['POST', '/changes/:id/cancellation', 'change-status', cancelChange],
  ['POST', '/changes/:id/agreement', 'agree', answerAgreement],
  ['POST', '/changes/:id/withdrawal', 'change-status', withdrawAsking],

  ['GET', '/transfers/new', 'transfer', newTransfer],
  ['POST', '/transfers/new', 'transfer', newTransfer],
  ['POST', '/transfers', 'transfer', beginTransfer],
  ['POST', '/transfers/:id/local-ids', 'transfer', takeLocalIds],
  ['POST', '/transfers/:id/confirmation', 'transfer', confirmTransfer],

  ['GET', '/joins/new', 'transfer', newJoin],
  ['POST', '/joins/new', 'transfer', chooseJoin],
  ['POST', '/joins', 'transfer', join],

  ['GET', '/accounts', 'read-accounts', showAccounts],
  ['GET', '/accounts/new', 'change-accounts', showNew],
  ['POST', '/accounts/new', 'change-accounts', addNew],
  ['GET', '/accounts/export.csv', 'read-accounts', sendExport],
  ['GET', '/accounts/export.xlsx', 'read-accounts', sendExport],
  ['POST', '/accounts/export', 'read-accounts', startExport],
  ['POST', '/accounts/selected', 'change-status', actOnSelected],
  ['GET', '/accounts/by-local-id', 'change-status', showByLocalId],
  ['POST', '/accounts/by-local-id', 'change-status', actByLocalId, 'file'],
  ['GET', '/accounts/:id', 'read-accounts', showAccount],
  ['GET', '/accounts/:id/edit', 'change-accounts', showEdit],
  ['POST', '/accounts/:id/edit', 'change-accounts', saveEdit],
  ['GET', '/accounts/:id/addresses', 'change-accounts', showAddresses],
  ['POST', '/accounts/:id/addresses', 'change-accounts', changeAddresses],

  ['GET', '/reports', 'read-accounts', showReports],
  ['POST', '/reports', 'read-accounts', runAReport],
  ['GET', '/reports/:id', 'read-accounts', showReport],
  ['GET', '/reports/:id/progress', 'read-accounts', showReportProgress],
  ['POST', '/reports/:id/weekly', 'read-accounts', changeWeekly],
  ['GET', '/reports/:id/file.csv', 'read-accounts', sendReport],
  ['GET', '/reports/:id/file.xlsx', 'read-accounts', sendReport],

  ['GET', '/duplicates', 'read-accounts', showDuplicates],
  ['POST', '/duplicates', 'change-accounts', settlePair],
  ['POST', '/duplicates/search', 'change-accounts', searchAnew],
  ['GET', '/duplicates/progress', 'read-accounts', showSearchProgress],

  ['GET', '/downloads/upload-template.csv', 'signed-in', sendTemplate],
  ['GET', '/downloads/upload-template.xlsx', 'signed-in', sendTemplate],
  ['GET', '/downloads/upload-sample.csv', 'signed-in', sendSample],
  ['GET', '/downloads/upload-sample.xlsx', 'signed-in', sendSample],
  ['GET', '/help/columns', 'signed-in', showColumns],
  ['GET', '/help', 'anyone', showHelp],
  ['GET', '/accessibility', 'anyone', showAccessibility],
  ['GET', '/privacy', 'anyone', showPrivacy],

  ['GET', '/sign-in', 'anyone', showSignIn],
  ['POST', '/sign-in', 'anyone', enter],
  ['GET', '/sign-in/second-factor', 'anyone', showSecondFactor],
  ['POST', '/sign-in/second-factor', 'anyone', enterWithSecondFactor],
  ['GET', '/ways-to-sign-in', 'signed-in', showWays],
  ['POST', '/ways-to-sign-in/removal', 'signed-in', removeWay],
  ['POST', '/ways-to-sign-in/recovery-codes', 'signed-in', renewRecoveryCodes],
  ['GET', '/ways-to-sign-in/app', 'enrolling', showNewApp],
  ['POST', '/ways-to-sign-in/app', 'enrolling', addNewApp],
  ['GET', '/ways-to-sign-in/passkey', 'enrolling', showNewPasskey],
  ['POST', '/ways-to-sign-in/passkey', 'enrolling', addNewPasskey],
  ['GET', '/confirm', 'enrolling', askToConfirm],
  ['POST', '/confirm', 'enrolling', confirmed],
  ['POST', '/sign-out', 'enrolling', leave],
  ['GET', '/sign-in/with/:id', 'anyone', goElsewhere],
  ['GET', '/sign-in/with/:id/back', 'anyone', comeBack],
  ['GET', '/organisation', 'signed-in', chooseOrganisation],
  ['POST', '/organisation', 'signed-in', switchOrganisation],
  ['GET', '/organisation/places', 'read-accounts', showPlaces],
  ['POST', '/organisation/places', 'manage-organisation', changePlaces],
  ['GET', '/organisations', 'manage-organisations', showOrganisations],
  ['GET', '/organisations/new', 'manage-organisations', showNewOrganisation],
  ['POST', '/organisations/new', 'manage-organisations', addNewOrganisation],
  ['GET', '/organisations/load', 'manage-organisations', showLoad],
  ['POST', '/organisations/load', 'manage-organisations', sendList, 'file'],
  ['GET', '/organisations/load/:id', 'manage-organisations', showList],
  ['POST', '/organisations/load/:id/confirmation', 'manage-organisations', confirmList],
  ['GET', '/organisations/:id', 'manage-organisations', showOrganisation],
  ['POST', '/organisations/:id', 'manage-organisations', saveOrganisation],
  ['GET', '/organisation/administrators', 'read-audit', showAdministrators],
  ['GET', '/organisation/administrators/new', 'grant-roles', showInvite],
  ['POST', '/organisation/administrators/new', 'grant-roles', invite],
  ['GET', '/organisation/administrators/:id', 'read-audit', showAdministrator],
  ['POST', '/organisation/administrators/:id', 'grant-roles', changeAdministrator],
  ['GET', '/organisation/tokens', 'read-accounts', showTokens],
  ['GET', '/organisation/tokens/new', 'read-accounts', showNewToken],
  ['POST', '/organisation/tokens/new', 'read-accounts', makeAToken],
  ['POST', '/organisation/tokens/:id/revocation', 'read-accounts', revokeAToken],
  ['GET', '/organisation/settings', 'manage-organisation', showSettings],
  ['POST', '/organisation/settings', 'manage-organisation', saveSettings],
  ['GET', '/organisation/audit-log', 'read-audit', showAuditLog],
  ['GET', '/organisation/audit-log.csv', 'read-audit', sendAuditLog],
  ['GET', '/organisation/audit-log.xlsx', 'read-audit', sendAuditLog],
  ['GET', '/sessions', 'signed-in', showSessions],
  ['POST', '/sessions', 'signed-in', endSessions],
  ['POST', '/sessions/identities/:id/removal', 'signed-in', unlinkIdentity],
  ['GET', '/password', 'signed-in', showChange],
  ['POST', '/password', 'signed-in', change],
  ['GET', '/password/forgotten', 'anyone', showForgotten],
  ['POST', '/password/forgotten', 'anyone', sendLink],
  ['GET', '/password/set', 'anyone', showSet],
  ['POST', '/password/set', 'anyone', setFromLink],

  ['GET', '/outbox', 'read-outbox', listOutbox],
  ['GET', '/outbox/:id', 'read-outbox', showMail],
  ['POST', '/outbox/:id/link', 'read-outbox', showLink],
  ['GET', '/outbox/:id/attachment', 'read-outbox', sendAttachment],
]
