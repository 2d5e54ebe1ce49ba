import { UsageError } from '../../engine/usage-error.ts'
import { Budget, Capture } from './capture.ts'
import { toEntry } from './entry.ts'
import type { WireExchange } from './exchange.ts'
import { HarFile } from './har-file.ts'
import { Scrubber, type ScrubOptions } from './scrub/scrubber.ts'

/** Bodies of all exchanges that are under way may take so much memory together. */
const heldBytesMax = 256 * 1024 * 1024

/** Where and how to record. */
export interface RecorderOptions {
  file: string
  scrub: ScrubOptions
  /** A longer body is noted and not kept. */
  bodyBytesMax: number
}

/** What has been recorded so far. */
export interface RecordedCounts {
  exchanges: number
  /** Of these, so many to which no whole answer came. */
  errors: number
  secrets: number
  people: number
  bytes: number
}

/** Cleans exchanges and writes them down as they end. */
export class Recorder {
  readonly #file: HarFile
  readonly #scrubber: Scrubber
  readonly #bodyBytesMax: number
  readonly #budget = new Budget(heldBytesMax)
  readonly #underWay = new Set<Promise<void>>()
  #errors = 0
  #trouble: unknown
  /** Called the first time that something could not be written. */
  onTrouble: ((error: Error) => void) | undefined
  /** Called whenever something has been written. */
  onChange: (() => void) | undefined

  constructor({ file, scrub, bodyBytesMax }: RecorderOptions) {
    this.#file = new HarFile(file)
    this.#scrubber = new Scrubber(scrub)
    this.#bodyBytesMax = bodyBytesMax
  }

  get counts(): RecordedCounts {
    const { count: exchanges, bytes } = this.#file
    const { secretCount: secrets, people } = this.#scrubber
    return { exchanges, errors: this.#errors, secrets, people: people.count, bytes }
  }

  /** Something that listens in on one body. */
  capture(): Capture {
    return new Capture(this.#bodyBytesMax, this.#budget)
  }

  /** Takes an exchange that has ended. Never fails: traffic goes on when the disk is full. */
  add(exchange: WireExchange): void {
    const work = this.#write(exchange).catch((error: unknown) => {
      if (this.#trouble === undefined) this.onTrouble?.(error as Error)
      this.#trouble ??= error
    })
    this.#underWay.add(work)
    void work.then(() => this.#underWay.delete(work))
  }

  /** Writes what is under way, in the order in which it began. Throws when something could not be written. */
  async close(): Promise<void> {
    await Promise.all(this.#underWay)
    try {
      this.#file.close((line) => this.#settle(line))
    } catch (error) {
      this.#trouble ??= error
    }
    if (this.#trouble === undefined) return
    const { message, code } = this.#trouble as NodeJS.ErrnoException
    // Without a code it is no trouble with the disk, but ours.
    if (code === undefined) throw this.#trouble
    throw new UsageError(`Not everything could be written to ${this.#file.path}: ${message}.`, {
      fix: 'What is in the file is whole. Make room and record again.',
    })
  }

  async #write(exchange: WireExchange): Promise<void> {
    const entry = await toEntry(exchange, this.#scrubber, this.#bodyBytesMax)
    const line = this.#scrubber.guard(JSON.stringify(entry))
    this.#file.append(line, exchange.startedMs)
    if (exchange.error !== undefined) this.#errors++
    this.onChange?.()
  }

  /** What was recognised only later is taken out of earlier lines too. */
  #settle(line: string): string {
    const settled = this.#scrubber.again(line)
    return settled === line || isJson(settled) ? settled : line
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
