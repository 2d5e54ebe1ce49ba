import { scrubBinary, scrubText } from './body.ts'
import { scrubField } from './json.ts'
import type { Scrubber } from './scrubber.ts'

/** One field or file of a form. */
export interface FormPart {
  name: string
  value: string
  fileName?: string
  contentType?: string
}

/** A form with files, scrubbed: as it would be sent, and part by part. */
export interface ScrubbedForm {
  bytes: Buffer
  parts: FormPart[]
}

/** Scrubs a form part by part; each by its name, a file by what it is. */
export function scrubMultipart(scrubber: Scrubber, body: Buffer, boundary: string): ScrubbedForm {
  // One character for each byte, so that binary parts survive being cut out.
  const pieces = body.toString('latin1').split(`--${boundary}`)
  const parts: FormPart[] = []
  const scrubbed = pieces.map((piece) => {
    const [, head, content] = /^(\r?\n[\s\S]*?\r?\n\r?\n)([\s\S]*?)$/.exec(piece) ?? []
    if (head === undefined || content === undefined) return piece
    const ending = /\r?\n$/.exec(content)?.[0] ?? ''
    const value = content.slice(0, content.length - ending.length)
    const part = scrubPart(scrubber, head, Buffer.from(value, 'latin1'))
    parts.push(part.told)
    return part.head + part.bytes.toString('latin1') + ending
  })
  return { bytes: Buffer.from(scrubbed.join(`--${boundary}`), 'latin1'), parts }
}

/** The boundary of a form with files. */
export function boundaryOf(contentType: string): string | undefined {
  const found = /^multipart\/[\w-]+\s*;.*?boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  return found?.[1] ?? found?.[2]
}

function scrubPart(
  scrubber: Scrubber,
  head: string,
  bytes: Buffer,
): { head: string; bytes: Buffer; told: FormPart } {
  const text = Buffer.from(head, 'latin1').toString()
  const name = /[;\s]name="([^"]*)"/i.exec(text)?.[1] ?? ''
  const fileName = /filename="([^"]*)"/i.exec(text)?.[1]
  const contentType = /^content-type:\s*(.+?)\s*$/im.exec(text)?.[1]
  const value = bytes.toString()
  const isText = Buffer.from(value).equals(bytes)
  const shownFileName = fileName === undefined ? undefined : scrubber.text(fileName)
  const scrubbed = isText
    ? scrubPartText(scrubber, name, value, contentType ?? '')
    : scrubBinary(scrubber, bytes)
  const shownHead =
    fileName === undefined ? text : text.replace(`"${fileName}"`, () => `"${shownFileName}"`)
  const told: FormPart = { name, value: isText ? scrubbed.toString() : '' }
  if (shownFileName !== undefined) told.fileName = shownFileName
  if (contentType !== undefined) told.contentType = contentType
  const shown = Buffer.from(shownHead).toString('latin1')
  return { head: shown, bytes: Buffer.from(scrubbed), told }
}

function scrubPartText(scrubber: Scrubber, name: string, value: string, type: string): string {
  const byName = scrubber.secretKindOf(name) ?? scrubber.personalKindOf(name, false)
  if (byName !== undefined || type === '') {
    return scrubField(scrubber, value, { name, inPerson: false })
  }
  return scrubText(scrubber, value, type)
}
