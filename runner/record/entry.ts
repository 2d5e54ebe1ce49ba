import { decodeBody, type DecodedBody } from './decode.ts'
import { headerOf, type WireExchange, type WireMessage } from './exchange.ts'
import type { HarContent, HarEntry, HarPostData } from './har.ts'
import { scrubBinary, scrubText } from './scrub/body.ts'
import { requestCookies, responseCookies, scrubHeaders, valueOf } from './scrub/headers.ts'
import { boundaryOf, scrubMultipart } from './scrub/multipart.ts'
import type { Scrubber } from './scrub/scrubber.ts'
import { parametersOf, scrubUrl } from './scrub/url.ts'

interface Decoded {
  request: DecodedBody
  response: DecodedBody
}

/** Turns an exchange into an entry that may be written down. */
export async function toEntry(
  exchange: WireExchange,
  scrubber: Scrubber,
  bytesMax: number,
): Promise<HarEntry> {
  const decode = (message: WireMessage) => {
    const encoding = headerOf(message.rawHeaders, 'content-encoding')
    return decodeBody(message.body, typeOf(message), encoding, bytesMax)
  }
  const { request, response } = exchange
  const decoded = {
    request: await decode(request),
    response: response === undefined ? { size: 0 } : await decode(response),
  }
  scrubber.host(new URL(request.url).hostname)
  const before = scrubber.knowledge
  const entry = scrubEntry(exchange, decoded, scrubber)
  // What was learned at the end of an exchange may stand at its beginning as well.
  return scrubber.knowledge === before ? entry : scrubEntry(exchange, decoded, scrubber)
}

function scrubEntry(exchange: WireExchange, decoded: Decoded, scrubber: Scrubber): HarEntry {
  const { startedMs, timings, error, comment } = exchange
  return {
    startedDateTime: new Date(startedMs).toISOString(),
    time: Math.round((timings.send + timings.wait + timings.receive) * 1000) / 1000,
    request: toRequest(exchange.request, decoded.request, scrubber),
    response: toResponse(exchange.response, decoded.response, scrubber),
    cache: {},
    timings,
    ...(error === undefined ? {} : { _error: scrubber.text(error) }),
    ...(comment === undefined ? {} : { comment }),
  }
}

function toRequest(
  request: WireExchange['request'],
  body: DecodedBody,
  scrubber: Scrubber,
): HarEntry['request'] {
  const { method, httpVersion, rawHeaders } = request
  const url = scrubUrl(scrubber, request.url)
  const headers = scrubHeaders(scrubber, rawHeaders)
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ''
  return {
    method,
    url,
    httpVersion: `HTTP/${httpVersion}`,
    cookies: requestCookies(headers),
    headers,
    queryString: parametersOf(query),
    ...(body.size === 0 ? {} : { postData: toPostData(body, typeOf(request), scrubber) }),
    ...(body.note === undefined ? {} : { _bodyRecorded: false as const }),
    headersSize: -1,
    bodySize: request.body.length,
  }
}

function toPostData(body: DecodedBody, mimeType: string, scrubber: Scrubber): HarPostData {
  const { text, binary, note } = body
  if (note !== undefined) return { mimeType, text: '', comment: note }
  const boundary = boundaryOf(mimeType)
  if (boundary !== undefined) {
    const bytes = binary ?? Buffer.from(text ?? '')
    const form = scrubMultipart(scrubber, bytes, boundary)
    return { mimeType, params: form.parts, ...inText(form.bytes) }
  }
  if (binary !== undefined) return { mimeType, ...inText(scrubBinary(scrubber, binary)) }
  const scrubbed = scrubText(scrubber, text ?? '', mimeType)
  const isForm = /x-www-form-urlencoded/i.test(mimeType)
  return { mimeType, ...(isForm ? { params: parametersOf(scrubbed) } : {}), text: scrubbed }
}

function inText(bytes: Buffer): { text: string; _encoding?: 'base64' } {
  const text = bytes.toString()
  if (Buffer.from(text).equals(bytes)) return { text }
  return { text: bytes.toString('base64'), _encoding: 'base64' }
}

function toResponse(
  response: WireExchange['response'],
  body: DecodedBody,
  scrubber: Scrubber,
): HarEntry['response'] {
  if (response === undefined) return noResponse()
  const headers = scrubHeaders(scrubber, response.rawHeaders)
  return {
    status: response.status,
    statusText: response.statusText,
    httpVersion: `HTTP/${response.httpVersion}`,
    cookies: responseCookies(headers),
    headers,
    content: toContent(response, body, scrubber),
    redirectURL: valueOf(headers, 'location'),
    headersSize: -1,
    bodySize: response.body.length,
  }
}

function toContent(response: WireMessage, body: DecodedBody, scrubber: Scrubber): HarContent {
  const mimeType = typeOf(response)
  const { text, binary, size, note } = body
  if (note !== undefined) return { size, mimeType, comment: note }
  const compression = size - response.body.length
  const told = { size, ...(compression === 0 ? {} : { compression }), mimeType }
  if (binary === undefined) return { ...told, text: scrubText(scrubber, text ?? '', mimeType) }
  const masked = scrubBinary(scrubber, binary)
  return { ...told, text: masked.toString('base64'), encoding: 'base64' }
}

function noResponse(): HarEntry['response'] {
  return {
    status: 0,
    statusText: '',
    httpVersion: '',
    cookies: [],
    headers: [],
    content: { size: 0, mimeType: 'x-unknown' },
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
  }
}

function typeOf(message: WireMessage): string {
  return headerOf(message.rawHeaders, 'content-type')
}
