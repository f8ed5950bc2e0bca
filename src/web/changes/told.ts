type Person<What extends string> = { id: number } & Record<What, string>

/** Who is sent the results: who confirmed a set, and who asked for it; nobody where nobody confirmed it. */
export function toldOf<What extends string>(
  { createdBy, confirmedBy }: { createdBy: Person<What>; confirmedBy: Person<What> | null },
  what: What,
): string[] {
  if (confirmedBy === null) return []
  return confirmedBy.id === createdBy.id ? [confirmedBy[what]] : [confirmedBy[what], createdBy[what]]
}
