import { createHash } from 'node:crypto'

/** 198.18.0.0/15 is set aside for tests between networks (RFC 2544): nobody's address, and 131,070 of them. */
const base = 0xc6120000
const size = 1 << 17
/** So many names get an address; a program that invents more learns that there is no such name. */
const namesMax = 8192

/** The addresses that a lane gives to names: one for each, the same in every lane, so that an address tells which name was meant. */
export class NameBook {
  readonly #byName = new Map<string, string>()
  readonly #byAddress = new Map<string, string>()

  /** The address of a name, in lower case; undefined when too many have been given out, unless it is a twin's. */
  addressOf(name: string, isTwin = false): string | undefined {
    const known = this.#byName.get(name)
    if (known !== undefined || (this.#byName.size >= namesMax && !isTwin)) return known
    // By the name alone, so that what was asked for before shows in no address.
    let place = createHash('sha256').update(name).digest().readUInt32BE() % size
    for (;;) {
      const address = spell(base + place)
      const isWhole = place > 0 && place < size - 1
      if (isWhole && !this.#byAddress.has(address)) {
        this.#byName.set(name, address)
        this.#byAddress.set(address, name)
        return address
      }
      place = (place + 1) % size
    }
  }

  /** Takes back the addresses of all names but some. */
  keep(isKept: (name: string) => boolean): void {
    for (const [name, address] of this.#byName) {
      if (isKept(name)) continue
      this.#byName.delete(name)
      this.#byAddress.delete(address)
    }
  }

  /** The name that an address was given to. */
  nameOf(address: string): string | undefined {
    return this.#byAddress.get(address)
  }
}

function spell(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff).join('.')
}
