/** An element as text: attributes in the order given, text and elements escaped or nested. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly string[] = [],
): string {
  const list = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(value)}"`)
  const open = `<${name}${list.join('')}`
  return content.length === 0 ? `${open}/>` : `${open}>${content.join('')}</${name}>`
}

/** Text as the content of an element. */
export function text(value: string): string {
  return escape(value).replaceAll('&#10;', '\n').replaceAll('&#9;', '\t')
}

/** A name without line breaks and double spaces: an `xs:token`. */
export function token(value: string): string {
  return value.replaceAll(/\s+/g, ' ').trim() || '(no name)'
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
}

// What XML 1.0 §2.2 allows not at all, not even as a reference; a lone half of a pair is among it.
const FORBIDDEN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
// Allowed, but not seen, or turning the direction of text.
const UNSEEN = /[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

function escape(value: string | number): string {
  return String(value)
    .replaceAll(FORBIDDEN, spell)
    .replaceAll(UNSEEN, spell)
    .replaceAll(/[&<>"'\n\t\r]/g, (one) => entities[one]!)
}

function spell(one: string): string {
  return `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`
}
