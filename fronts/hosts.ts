/** Host names of twins, exact and with a wildcard for the first labels (`*.okta.com`), found without looking at each. */
export class HostTable<Value> {
  readonly #exact = new Map<string, Value>()
  readonly #wild = new Map<string, Value>()
  /** The last question and its answer: callers come in rows from one host. */
  #asked: string | undefined
  #answer: Value | undefined

  /** The first to claim a name keeps it. */
  add(pattern: string, value: Value): void {
    const lower = pattern.toLowerCase()
    const [names, name] = lower.startsWith('*.')
      ? [this.#wild, lower.slice(2)]
      : [this.#exact, lower]
    if (!names.has(name)) names.set(name, value)
    this.#asked = undefined
  }

  /** What was added for a host name; an exact name wins over a wildcard, a longer wildcard over a shorter. */
  find(hostname: string): Value | undefined {
    if (hostname === this.#asked) return this.#answer
    this.#answer = this.#search(hostname)
    this.#asked = hostname
    return this.#answer
  }

  #search(hostname: string): Value | undefined {
    const name = hostname.toLowerCase()
    const exact = this.#exact.get(name)
    if (exact !== undefined || this.#wild.size === 0) return exact
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      const found = this.#wild.get(name.slice(dot + 1))
      if (found !== undefined) return found
    }
    return undefined
  }
}

/** A Host header without its port: `127.0.0.1:80` and `[::1]:80` too. */
export function hostnameOf(host: string): string {
  const end = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':')
  return end <= 0 ? host : host.slice(0, end)
}
