/** What a trial looked like to a subject, as numbers by name. */
export type Features = Readonly<Record<string, number>>

/** Texts that hash into so many places: a word that stands only in trials of one kind shows there. */
const buckets = 16

/**
 * Numbers of everything in an observation: of every number itself, of every text its length, kinds of
 * letters, first and last letter and words, of every list its length; under the path where it stands.
 */
export function featuresOf(seen: unknown): Features {
  const features: Record<string, number> = {}
  describe(seen, '', features)
  return features
}

function describe(value: unknown, path: string, features: Record<string, number>): void {
  if (typeof value === 'number') features[path] = value
  else if (typeof value === 'boolean') features[path] = Number(value)
  else if (typeof value === 'string') describeText(value, path, features)
  else if (Array.isArray(value)) {
    features[`${path}.length`] = value.length
    for (const [i, one] of value.slice(0, 20).entries()) describe(one, `${path}[${i}]`, features)
  } else if (typeof value === 'object' && value !== null) {
    features[`${path}.keys`] = Object.keys(value).length
    for (const [key, one] of Object.entries(value)) describe(one, `${path}.${key}`, features)
  }
}

function describeText(text: string, path: string, features: Record<string, number>): void {
  features[`${path}.length`] = text.length
  features[`${path}.digits`] = text.replaceAll(/[^0-9]/g, '').length
  features[`${path}.capitals`] = text.replaceAll(/[^A-Z]/g, '').length
  features[`${path}.signs`] = text.replaceAll(/[A-Za-z0-9]/g, '').length
  features[`${path}.first`] = text.charCodeAt(0) || 0
  features[`${path}.last`] = text.charCodeAt(text.length - 1) || 0
  const numbers = /\d+/.exec(text)
  if (numbers !== null) features[`${path}.number`] = Number(numbers[0])
  for (const [word] of text.toLowerCase().matchAll(/[a-z]{3,}/g)) {
    const name = `${path}.word${bucketOf(word)}`
    features[name] = (features[name] ?? 0) + 1
  }
}

function bucketOf(word: string): number {
  let hash = 0
  for (let i = 0; i < word.length; i++) hash = (Math.imul(hash, 31) + word.charCodeAt(i)) >>> 0
  return hash % buckets
}

/**
 * All observations as rows of the same columns, each with mean 0 and deviation 1; a column that is the
 * same everywhere is left out. What one lacks counts as 0.
 */
export function toMatrix(all: readonly Features[]): { columns: string[]; rows: number[][] } {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))].sort()
  const columns: string[] = []
  const rows: number[][] = all.map(() => [])
  for (const name of names) {
    const values = all.map((one) => one[name] ?? 0)
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length
    const deviation = Math.sqrt(
      values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length,
    )
    if (!(deviation > 0) || !Number.isFinite(deviation)) continue
    columns.push(name)
    for (const [i, one] of values.entries()) rows[i]!.push((one - mean) / deviation)
  }
  return { columns, rows }
}
