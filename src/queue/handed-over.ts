/** Why a job stops before it is done: another one is to go on with it, at once. */
export class HandedOver extends Error {
  override name = 'HandedOver'
}
