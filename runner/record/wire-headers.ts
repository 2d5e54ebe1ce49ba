/** Headers that are between two neighbours and go no further (RFC 9110, 7.6.1). */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // Node's server has answered it by itself when we get to see the request.
  'expect',
])

/** Headers as they go on to the next neighbour: order and spelling as they came. */
export function onward(
  raw: readonly string[],
  change: (name: string, value: string) => string | undefined = (_name, value) => value,
): string[] {
  const listed = new Set<string>()
  const result: string[] = []
  for (const [name, value] of pairs(raw)) {
    if (name.toLowerCase() !== 'connection') continue
    for (const one of value.split(',')) listed.add(one.trim().toLowerCase())
  }
  for (const [name, value] of pairs(raw)) {
    const lower = name.toLowerCase()
    if (hopByHop.has(lower) || listed.has(lower)) continue
    const changed = change(lower, value)
    if (changed !== undefined) result.push(name, changed)
  }
  return result
}

/** Headers as the service would have got them without us: it knows itself by its own name. */
export function withHost(raw: readonly string[], host: string): string[] {
  return [...pairs(raw)].flatMap(([name, value]) => {
    if (/^proxy-/i.test(name)) return []
    return [name, /^host$/i.test(name) ? host : value]
  })
}

function* pairs(raw: readonly string[]): Generator<[name: string, value: string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [raw[at]!, raw[at + 1]!]
}
