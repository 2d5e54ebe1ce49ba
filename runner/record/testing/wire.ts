import type { CapturedBody } from '../capture.ts'
import { toEntry } from '../entry.ts'
import { noBody, type WireExchange } from '../exchange.ts'
import type { HarEntry } from '../har.ts'
import { Scrubber } from '../scrub/scrubber.ts'

/** An exchange as a test writes it. */
export interface TestExchange {
  url?: string
  method?: string
  headers?: Readonly<Record<string, string>>
  body?: string | Buffer | object
  status?: number
  answerHeaders?: Readonly<Record<string, string>>
  answer?: string | Buffer | object
}

/** What stands in the recording after an exchange. */
export function recorded(
  exchange: TestExchange,
  scrubber = new Scrubber({ salt: 'pepper' }),
): Promise<HarEntry> {
  return toEntry(toWire(exchange), scrubber, 1_000_000)
}

function toWire(exchange: TestExchange): WireExchange {
  const { method = 'GET', url = 'https://api.vendor.example/', status = 200 } = exchange
  const json = { 'content-type': 'application/json' }
  const typed = (body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const isJson = typeof body === 'object' && !Buffer.isBuffer(body)
    return Object.entries(isJson ? { ...json, ...headers } : headers).flat()
  }
  return {
    startedMs: 0,
    timings: { send: 0, wait: 0, receive: 0 },
    request: {
      method,
      url,
      httpVersion: '1.1',
      rawHeaders: typed(exchange.body, exchange.headers),
      body: toBody(exchange.body),
    },
    response: {
      status,
      statusText: '',
      httpVersion: '1.1',
      rawHeaders: typed(exchange.answer, exchange.answerHeaders),
      body: toBody(exchange.answer),
    },
  }
}

function toBody(body: TestExchange['body']): CapturedBody {
  if (body === undefined) return noBody
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  return { bytes, length: bytes.length }
}
