import { compilePattern, parsePatternSource, type Pattern } from './pattern.ts'

/** Plain letters first, so that a sample is readable where the pattern allows it. */
const letters = [
  ...'abcdefghijklmnopqrstuvwxyz',
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  ...'-_./: @#%&+=,;!?*~\'"()[]{}<>|\\^$`\t\n',
  ...'éßñ字あЖ€',
]
const attemptsMax = 12
const pools = new WeakMap<RegExp, string[]>()

/** Makes a text that the pattern matches and that has a fitting length; nothing when it cannot. */
export function samplePattern(
  source: string,
  length: { min: number; max: number },
  random: () => number,
): string | undefined {
  const pattern = parsePatternSource(source)
  const check = pattern && compilePattern(source)
  if (!pattern || !check) return undefined
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    // Each attempt repeats more, until the text is long enough; the last repeats nothing in vain.
    const isLast = attempt === attemptsMax - 1
    const more = attempt === 0 ? 3 : Math.ceil((length.min * attempt) / 4) + 2
    const extra = isLast ? 0 : more
    let text = write(pattern, extra, random)
    if (text === undefined) return undefined
    if (text.length < length.min && !source.includes('$')) text = text.padEnd(length.min, 'a')
    const isFitting = text.length >= length.min && text.length <= length.max
    if (isFitting && text.length < 5000 && check.test(text)) return text
  }
  return undefined
}

function write(pattern: Pattern, extra: number, random: () => number): string | undefined {
  if (pattern.kind === 'edge' || pattern.kind === 'look') return ''
  if (pattern.kind === 'one') return pick(poolOf(pattern.test), random)
  if (pattern.kind === 'any') {
    const option = pick(pattern.options, random)
    return option && write(option, extra, random)
  }
  let text = ''
  for (const item of pattern.kind === 'all' ? pattern.items : repeated(pattern, extra, random)) {
    const piece = write(item, extra, random)
    if (piece === undefined || text.length > 5000) return undefined
    text += piece
  }
  return text
}

function repeated(
  { item, min, max }: Extract<Pattern, { kind: 'repeat' }>,
  extra: number,
  random: () => number,
): Pattern[] {
  const most = Math.min(max, min + extra)
  const count = min + Math.floor(random() * (most - min + 1))
  return Array<Pattern>(Math.min(count, 5000)).fill(item)
}

function poolOf(test: RegExp): string[] {
  let pool = pools.get(test)
  if (!pool) {
    const fitting = letters.filter((letter) => test.test(letter))
    const plain = fitting.filter((letter) => /^\w$/.test(letter))
    pool = plain.length > 0 ? plain : fitting
    pools.set(test, pool)
  }
  return pool
}

function pick<T>(list: T[], random: () => number): T | undefined {
  return list[Math.floor(random() * list.length)]
}
