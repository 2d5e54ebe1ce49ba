import { nameEmoji } from './emoji.ts'

/** How the author of a message wants its text read. */
export interface TextOptions {
  /** Turn bare addresses into links. */
  links: boolean
  /** False keeps the text literal: no links, no emoji. */
  mrkdwn: boolean
  /** Turns `#name` and `@group` into mentions (parse=full, link_names). */
  mention?: (written: string) => string | undefined
}

/** Text as Slack stores it: the three special characters escaped, addresses as links, emoji by name. */
export function storeText(raw: string, options: TextOptions): string {
  const text = raw.trimEnd()
  let out = ''
  let at = 0
  for (const match of text.matchAll(bracketed)) {
    if (!isToken(match[1]!)) continue
    out += storePlain(text.slice(at, match.index), options) + match[0]
    at = match.index + match[0].length
  }
  return out + storePlain(text.slice(at), options)
}

const bracketed = /<([^<>\n]+)>/g
const token =
  /^(@[UW][A-Z0-9]{5,}|#[CGD][A-Z0-9]{5,}|![a-z]+(\^[^|]*)?|(https?|ftp|mailto|tel|sms|slack|file|ssh|git):[^\s|]+)(\|.*)?$/

/** Whether what stands between `<` and `>` is one of Slack's own tokens. */
export function isToken(inner: string): boolean {
  return token.test(inner)
}

/** The three characters that Slack escapes; entities that are there already stay. */
export function escapeText(text: string): string {
  if (!/[&<>]/.test(text)) return text
  return text
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}

/** The reverse, for places that hold plain text. */
export function unescapeText(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}

function storePlain(text: string, options: TextOptions): string {
  const escaped = escapeText(text)
  if (!options.mrkdwn) return escaped
  if (!escaped.includes('`')) return storeProse(escaped, options)
  // Code is kept as it was written.
  return escaped
    .split(/(```[\s\S]*?```|`[^`\n]+`)/)
    .map((part, i) => (i % 2 === 1 ? part : storeProse(part, options)))
    .join('')
}

function storeProse(text: string, { links, mention }: TextOptions): string {
  let out = nameEmoji(text)
  if (links && /[.:@]/.test(out)) out = linkAddresses(out)
  if (mention !== undefined && /[#@]/.test(out)) {
    out = out.replace(/(?<![\w&<|])[#@][\p{L}\d_-]+/gu, (one) => mention(one) ?? one)
  }
  return out
}

const domains =
  'com|org|net|edu|gov|io|co|dev|app|ai|me|info|biz|de|fr|uk|eu|jp|us|ca|au|nl|ch|se|es|it'
const address = new RegExp(
  [
    'https?://[^\\s<>|]+',
    '(?<![\\w.%+-])[\\w.%+-]+@(?:[a-z\\d-]+\\.)+[a-z]{2,}',
    `(?<![\\w.@/-])(?:[a-z\\d](?:[a-z\\d-]*[a-z\\d])?\\.)+(?:${domains})(?![\\w-])(?:/[^\\s<>|]*)?`,
  ].join('|'),
  'giu',
)

function linkAddresses(text: string): string {
  return text.replace(address, (found) => {
    // A sentence's own punctuation is not part of the address.
    const trailing = /[.,;:!?)'"]+$/.exec(found)?.[0] ?? ''
    const bare = found.slice(0, found.length - trailing.length)
    return linkOf(bare) + trailing
  })
}

function linkOf(bare: string): string {
  if (/^https?:/i.test(bare)) return `<${bare}>`
  return bare.includes('@') && !bare.includes('/')
    ? `<mailto:${bare}|${bare}>`
    : `<http://${bare}|${bare}>`
}
