import { type Fields, field } from '../form.ts'

/** The local IDs that were typed beside people's names, by the account's ID. */
export function typedIn(body: Fields | undefined): Map<number, string> {
  return new Map(
    Object.keys(body ?? {}).flatMap((name): [number, string][] => {
      const [, id] = /^localId-([1-9]\d{0,14})$/.exec(name) ?? []
      return id === undefined ? [] : [[Number(id), field(body, name)]]
    }),
  )
}
