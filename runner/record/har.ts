/** HAR 1.2 as we write it: http://www.softwareishard.com/blog/har-12-spec/. Ours begin with `_`. */

export interface HarPair {
  name: string
  value: string
}

export interface HarCookie extends HarPair {
  path?: string
  domain?: string
  expires?: string
  httpOnly?: boolean
  secure?: boolean
}

export interface HarPostData {
  mimeType: string
  params?: (HarPair & { fileName?: string; contentType?: string })[]
  text: string
  /** HAR 1.2 has no word for a request body that is no text; `content.encoding` is copied here. */
  _encoding?: 'base64'
  comment?: string
}

export interface HarContent {
  size: number
  compression?: number
  mimeType: string
  text?: string
  encoding?: 'base64'
  comment?: string
}

export interface HarRequest {
  method: string
  url: string
  httpVersion: string
  cookies: HarCookie[]
  headers: HarPair[]
  queryString: HarPair[]
  postData?: HarPostData
  /** False when there was a body that is not kept. */
  _bodyRecorded?: false
  headersSize: number
  bodySize: number
}

export interface HarResponse {
  /** 0 when no answer ever came. */
  status: number
  statusText: string
  httpVersion: string
  cookies: HarCookie[]
  headers: HarPair[]
  content: HarContent
  redirectURL: string
  headersSize: number
  bodySize: number
}

export interface HarEntry {
  startedDateTime: string
  time: number
  request: HarRequest
  response: HarResponse
  cache: Record<string, never>
  timings: { send: number; wait: number; receive: number }
  /** What went wrong on the way, where no status tells it. */
  _error?: string
  comment?: string
}
