import type { PageTrial } from '../page-trial.ts'
import type { PackedTrial, PageIndex } from '../page-index.ts'

/** How many opened packs are kept. */
const KEPT_MAX = 8

/** The trials of the page: its index, and each trial from its pack when it is asked for. */
export class Trials {
  readonly index: PageIndex
  readonly count: number
  readonly #packs: readonly Element[]
  readonly #opened = new Map<number, Promise<PackedTrial[]>>()

  private constructor(index: PageIndex, packs: readonly Element[]) {
    this.index = index
    this.count = index.columns.scenario.length
    this.#packs = packs
  }

  /** Reads the index out of the page. */
  static async read(): Promise<Trials> {
    const index = document.querySelector('script[data-index]')
    const packs = [...document.querySelectorAll('script[data-pack]')]
    return new Trials((await unpack(index?.textContent ?? '')) as PageIndex, packs)
  }

  /** One trial, whole. */
  async trial(i: number): Promise<PageTrial> {
    const { packSize, scenarios, columns } = this.index
    const trials = await this.#open(Math.floor(i / packSize))
    const { id: scenario, name, tags, twins } = scenarios[columns.scenario[i]!]!
    return { ...trials[i % packSize]!, scenario, name, tags, twins }
  }

  #open(pack: number): Promise<PackedTrial[]> {
    const known = this.#opened.get(pack)
    if (known !== undefined) return known
    const opening = unpack(this.#packs[pack]?.textContent ?? '') as Promise<PackedTrial[]>
    this.#opened.set(pack, opening)
    const [oldest] = this.#opened.keys()
    if (this.#opened.size > KEPT_MAX) this.#opened.delete(oldest!)
    return opening
  }
}

/** JSON out of base64 of raw DEFLATE. */
async function unpack(text: string): Promise<unknown> {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
  return new Response(stream).json()
}
