import { scrubField, scrubJson } from './json.ts'
import { shapes } from './shapes.ts'
import type { Scrubber } from './scrubber.ts'
import { scrubQuery } from './url.ts'

/** Scrubs a text by what it is, or by what it looks like where its type is wrong. */
export function scrubText(scrubber: Scrubber, text: string, contentType: string): string {
  if (text === '') return text
  if (/x-www-form-urlencoded/i.test(contentType)) return scrubQuery(scrubber, text)
  const json = scrubJson(scrubber, text)
  if (json !== undefined) return json
  // Streams of events and lists of JSON, a line each.
  if (/^(?:data:\s*)?\{/m.test(text))
    return text.replace(/^.+$/gm, (line) => scrubLine(scrubber, line))
  return scrubXml(scrubber, text)
}

/** Bytes of which nothing is known but that keys and addresses in them are readable: these are crossed out. */
export function scrubBinary(scrubber: Scrubber, bytes: Buffer): Buffer {
  const text = bytes.toString('latin1')
  const crossOut = (part: string) => 'X'.repeat(part.length)
  const masked = scrubber.mask(text, crossOut).replace(shapes, (...match) => {
    const groups = match.at(-1) as Record<string, string | undefined>
    const isTelling = ['pem', 'jwt', 'vendor', 'scheme', 'email'].some(
      (name) => groups[name] !== undefined,
    )
    return isTelling ? crossOut(String(match[0])) : String(match[0])
  })
  return Buffer.from(masked, 'latin1')
}

function scrubLine(scrubber: Scrubber, line: string): string {
  const [, field = '', value = ''] = /^(\w*:\s*)?(.*)$/s.exec(line) ?? []
  const json = scrubJson(scrubber, value)
  return json === undefined ? scrubber.text(line) : field + json
}

/** Elements and attributes of XML are fields, too: `<email>…</email>`, `token="…"`. */
function scrubXml(scrubber: Scrubber, text: string): string {
  if (!/^\s*<[?!a-z]/i.test(text)) return scrubber.text(text)
  let result = ''
  let from = 0
  for (const match of text.matchAll(/(?<=<([\w:.-]{1,80})>)[^<>]{1,2000}(?=<\/)/g)) {
    const name = match[1]!.replace(/^.*:/, '')
    const isField = scrubber.secretKindOf(name) ?? scrubber.personalKindOf(name, false)
    if (isField === undefined) continue
    result += scrubber.text(text.slice(from, match.index))
    result += scrubField(scrubber, match[0], { name, inPerson: false })
    from = match.index + match[0].length
  }
  return result + scrubber.text(text.slice(from))
}
