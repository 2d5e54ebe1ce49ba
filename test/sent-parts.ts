import type { Operation, Param } from '../engine/contract/contract.ts'

/** Makes a value that a schema allows; the hint is what it is called. */
type Make = (schema: Param['schema'], hint: string) => unknown

/** The required query parameters of an operation, written as its contract says. */
export function queryFor(op: Operation, make: Make): URLSearchParams {
  const query = new URLSearchParams()
  for (const param of op.params) {
    if (param.in !== 'query' || param.required !== true) continue
    const value = make(param.schema, param.name)
    if (param.mediaType === undefined) append(query, param.name, value, param)
    else query.append(param.name, JSON.stringify(value))
  }
  return query
}

/** The required headers and cookies of an operation; what credentials go into is left to the caller. */
export function headersFor(op: Operation, make: Make): Record<string, string> {
  const headers: Record<string, string> = {}
  const cookies: string[] = []
  for (const param of op.params) {
    if (param.required !== true || (param.in !== 'header' && param.in !== 'cookie')) continue
    const value = make(param.schema, param.name)
    const text =
      param.mediaType === undefined && Array.isArray(value) ? value.join(',') : textOf(value)
    if (param.in === 'cookie') cookies.push(`${param.name}=${encodeURIComponent(text)}`)
    else headers[param.name.toLowerCase()] = text
  }
  if (cookies.length > 0) headers['cookie'] = cookies.join('; ')
  return headers
}

/** A body of the first type that we can write: JSON before forms before anything else. */
export function bodyFor(op: Operation, make: Make): { type: string; body: string } | undefined {
  const types = Object.keys(op.body?.types ?? {})
  const type =
    types.find((one) => /json|form-urlencoded/.test(one)) ??
    types.find((one) => one.startsWith('multipart/')) ??
    types[0]
  if (type === undefined) return undefined
  const value = make(op.body!.types[type]!, 'body')
  if (type.includes('json')) return { type, body: JSON.stringify(value) }
  if (type.includes('form-urlencoded')) return { type, body: formFor(op, value) }
  if (type.startsWith('multipart/'))
    return { type: `${type}; boundary=${boundary}`, body: multipartOf(value) }
  return { type: type.replaceAll('*', 'octet-stream'), body: textOf(value) || 'x' }
}

const boundary = 'part-of-a-sample'

function multipartOf(value: unknown): string {
  const parts: string[] = []
  for (const [name, member] of Object.entries((value ?? {}) as object))
    for (const item of isPlainList(member) ? (member as unknown[]) : [member])
      parts.push(
        `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${textOf(item)}\r\n`,
      )
  return `${parts.join('')}--${boundary}--\r\n`
}

/** An urlencoded body: lists repeat their name, objects are brackets where the contract says so, else JSON. */
export function formFor(op: Operation, value: unknown): string {
  const form = new URLSearchParams()
  for (const [name, member] of Object.entries((value ?? {}) as object)) {
    const encoding = op.body?.encoding
    const rule = encoding !== undefined && Object.hasOwn(encoding, name) ? encoding[name]! : {}
    const isDocument =
      rule.style === undefined && typeof member === 'object' && !isPlainList(member)
    if (isDocument) form.append(name, JSON.stringify(member))
    else append(form, name, member, rule)
  }
  return form.toString()
}

function append(
  query: URLSearchParams,
  name: string,
  value: unknown,
  { style = 'form', explode = style === 'form' }: { style?: Param['style']; explode?: boolean },
): void {
  if (style === 'deepObject') return appendDeep(query, name, value)
  const mark = style === 'spaceDelimited' ? ' ' : style === 'pipeDelimited' ? '|' : ','
  if (Array.isArray(value)) {
    if (explode) for (const item of value) query.append(name, textOf(item))
    else query.append(name, value.map(textOf).join(mark))
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
    if (explode) for (const [key, member] of members) query.append(key, textOf(member))
    else query.append(name, members.flatMap(([key, member]) => [key, textOf(member)]).join(mark))
  } else query.append(name, textOf(value))
}

function appendDeep(query: URLSearchParams, name: string, value: unknown): void {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      appendDeep(query, `${name}[${typeof item === 'object' ? i : ''}]`, item)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, member] of Object.entries(value)) appendDeep(query, `${name}[${key}]`, member)
  } else query.append(name, textOf(value))
}

function isPlainList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item !== 'object')
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
