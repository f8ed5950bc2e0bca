/** Sites or units to choose from, and none of them. */
export function placeOptions(places: readonly { name: string }[], chosen: string, none: string) {
  const same = (name: string) => name.toLowerCase() === chosen.toLowerCase()
  return [
    { value: '', text: none },
    ...places.map(({ name }) => ({ value: name, text: name, selected: same(name) })),
  ]
}
