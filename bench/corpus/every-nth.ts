/** At most so many of a list, evenly spread and always the same. */
export function everyNth<Item>(list: readonly Item[], most: number): Item[] {
  if (list.length <= most) return [...list]
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!)
}
