/** Whether a text answers to a search: every word of it, stemmed; `*` and `?` stand for letters, quoted words for a phrase. */
export function createTextTest(search: string): (texts: readonly string[]) => boolean {
  const parts = [...search.matchAll(/([+-]?)"([^"]*)"|(\S+)/g)].map((match) =>
    toPart(match[2], match[3] ?? ''),
  )
  const tests = parts.filter((part) => part !== undefined)
  if (tests.length === 0) return () => false
  const needed = beginningsOf(search)
  return (texts) => {
    if (!needed.every((one) => texts.some((text) => text.toLowerCase().includes(one)))) return false
    const words = texts.flatMap(toWords)
    return tests.every((test) => test(words))
  }
}

/** Letters without which no text can pass, so that most texts need not be taken apart: stems change only behind the third. */
function beginningsOf(search: string): string[] {
  if (/(^|\s)-/.test(search)) return []
  const words =
    search
      .replace(/[~^]\d*(\.\d+)?/g, ' ')
      .replace(/(^|\s)(AND|&&)(?=\s|$)/g, ' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words.map((word) => word.slice(0, 3))
}

type Part = (words: readonly string[]) => boolean

function toPart(phrase: string | undefined, word: string): Part | undefined {
  if (phrase !== undefined) {
    const wanted = toWords(phrase)
    return wanted.length === 0 ? undefined : (words) => hasPhrase(words, wanted)
  }
  if (word === 'AND' || word === '&&') return undefined
  const isNegative = word.startsWith('-')
  const clean = word.replace(/^[+-]/, '').replace(/~\d*(\.\d+)?$|\^\d+$/, '')
  if (clean.includes('*') || clean.includes('?')) return patternPart(clean)
  const wanted = toWords(clean)
  if (wanted.length === 0) return undefined
  return isNegative
    ? (words) => !hasPhrase(words, wanted)
    : (words) => wanted.every((one) => words.includes(one))
}

function patternPart(text: string): Part | undefined {
  // A wildcard at the beginning is not taken (FACTS: jql-text).
  const clean = text.replace(/^[*?]+/, '').toLowerCase()
  if (clean === '') return undefined
  const source = clean
    .replace(/[^\p{L}\p{N}*?]/gu, '')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
  const pattern = new RegExp(`^${source}$`, 'u')
  const start = clean.replace(/[*?].*$/s, '')
  return (words) =>
    words.some(
      (word) =>
        pattern.test(word) || (clean.endsWith('*') && word.startsWith(start) && start !== ''),
    )
}

function hasPhrase(words: readonly string[], wanted: readonly string[]): boolean {
  for (let i = 0; i + wanted.length <= words.length; i++) {
    if (wanted.every((one, k) => words[i + k] === one)) return true
  }
  return false
}

function toWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(stem)
}

/** The root of an English word, roughly: what the search of the service also takes for the same. */
function stem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word
  const bare = word
    .replace(/ies$/, 'y')
    .replace(/(sses|shes|ches|xes)$/, (end) => end.slice(0, -2))
    .replace(/([^s])s$/, '$1')
    .replace(/(ing|ed)$/, (end, _letters, at: number) => (at >= 3 ? '' : end))
  return bare.replace(/e$/, '').replace(/([bdgmnprt])\1$/, '$1')
}
