import { type ApiClient, apiClient } from '../support/api-client.ts'
import type { OwnMailServer } from '../support/mail-server.ts'
import { webAndWorker } from '../support/web-and-worker.ts'

/** A portal that runs, as a script and its mail server see it. */
export type ServedPortal = AsyncDisposable & { api: ApiClient; mail: OwnMailServer }

export async function servePortal(name: string, databaseUrl: string, token: string): Promise<ServedPortal> {
  const { web, worker, mail, ...processes } = await webAndWorker(name, databaseUrl)
  await web.start()
  await worker.start()
  return { ...processes, api: apiClient(token, () => web.url), mail }
}
