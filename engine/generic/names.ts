/** The words of a name, in lower case: `userIdOrKey`, `user_id-or-key` → user, id, or, key. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}

/** Equal for names that differ in case and separators only: `per_page`, `perPage`. */
export function nameKey(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '')
}

const irregular: Readonly<Record<string, string>> = {
  people: 'person',
  children: 'child',
  indices: 'index',
  data: 'data',
  series: 'series',
  news: 'news',
  aliases: 'alias',
  media: 'media',
  movies: 'movie',
}

/** The noun for one of many: `policies` → `policy`. Case and leading words stay. */
export function singular(noun: string): string {
  const known = irregular[noun.toLowerCase()]
  if (known !== undefined) return known
  if (/ies$/i.test(noun) && noun.length > 4) return `${noun.slice(0, -3)}y`
  if (/(ss|us|is)$/i.test(noun)) return noun
  if (/(sses|shes|ches|xes|uses|zzes)$/i.test(noun)) return noun.slice(0, -2)
  return /s$/i.test(noun) && noun.length > 2 ? noun.slice(0, -1) : noun
}

/** Where an item's id stands in the item, by the path's parameter; others that the path takes too. */
export interface IdNames {
  property: string | undefined
  /** `{issueIdOrKey}`: the item is found by these properties as well. */
  others: string[]
}

const usual = ['id', 'key', 'gid', 'uid', 'uuid', 'guid', 'sid', 'kid', 'name', 'slug', 'code']

/**
 * Which of an item's scalar properties its path parameter means: the one of the same name, the same
 * name without the noun (`userId` → `id`), the last word, then the usual ones.
 */
export function matchIdNames(param: string, noun: string, properties: Iterable<string>): IdNames {
  const byKey = new Map<string, string>()
  for (const name of properties) if (!byKey.has(nameKey(name))) byKey.set(nameKey(name), name)
  const found: string[] = []
  for (const words of alternatives(wordsOf(param))) {
    const name = matchWords(words, noun, byKey)
    if (name !== undefined && !found.includes(name)) found.push(name)
  }
  const id = found.find((name) => nameKey(name) === 'id') ?? found[0] ?? fallback(noun, byKey)
  return { property: id, others: found.filter((name) => name !== id) }
}

function alternatives(words: string[]): string[][] {
  const out: string[][] = [[]]
  for (const word of words) {
    if (word === 'or') out.push([])
    else out[out.length - 1]!.push(word)
  }
  return out.filter((group) => group.length > 0)
}

function matchWords(words: string[], noun: string, byKey: Map<string, string>): string | undefined {
  const whole = byKey.get(words.join(''))
  if (whole !== undefined) return whole
  const stem = wordsOf(singular(noun))
  const isNounFirst = stem.every((word, i) => words[i] === word)
  const rest = isNounFirst ? words.slice(stem.length) : []
  const stripped = rest.length > 0 ? byKey.get(rest.join('')) : undefined
  return stripped ?? byKey.get(words[words.length - 1]!)
}

function fallback(noun: string, byKey: Map<string, string>): string | undefined {
  const one = nameKey(singular(noun))
  for (const key of [
    ...usual.slice(0, 1),
    `${one}id`,
    ...usual.slice(1),
    `${one}key`,
    `${one}name`,
  ]) {
    const name = byKey.get(key)
    if (name !== undefined) return name
  }
  return undefined
}

/** Which of a reply's members tells the id of what was made, where the item itself is not shown: `id`, `userId`, `user`. */
export function idNameIn(noun: string, names: Iterable<string>): string | undefined {
  const one = nameKey(singular(noun))
  const list = [...names]
  for (const wanted of ['id', `${one}id`, one, 'key', `${one}key`]) {
    const found = list.find((name) => nameKey(name) === wanted)
    if (found !== undefined) return found
  }
  const ids = list.filter((name) => wordsOf(name).at(-1) === 'id')
  return ids.length === 1 ? ids[0] : undefined
}
