import { codePointsOf } from './emoji.ts'
import { unescapeText } from './text.ts'
import type { Block } from './wire.ts'

interface Style {
  bold?: true
  italic?: true
  strike?: true
  code?: true
}

/** The elements of the one rich_text block that Slack makes out of a message's stored text. */
export function richTextOf(text: string, mrkdwn: boolean): Block[] {
  if (!mrkdwn) return [sectionOf([{ type: 'text', text: unescapeText(text) }])]
  const out: Block[] = []
  const parts = text.split(/```([\s\S]+?)```/)
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (i % 2 === 1) {
      const code = unescapeText(part.replace(/^\n/, '').replace(/\n$/, ''))
      out.push({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: code }] })
      continue
    }
    // The line breaks around a code block belong to the block.
    const prose = part
      .replace(i > 0 ? /^\n/ : /^$/, '')
      .replace(i < parts.length - 1 ? /\n$/ : /$^/, '')
    if (prose !== '') out.push(...proseOf(prose))
  }
  return out
}

/** Sections and quotes: lines that begin with `>` stand in a quote. */
function proseOf(prose: string): Block[] {
  if (!prose.includes('&gt;')) return [sectionOf(inline(prose, {}))]
  const out: Block[] = []
  let lines: string[] = []
  let isQuote = false
  const close = () => {
    const text = lines.join('\n')
    lines = []
    if (text === '') return
    if (isQuote) out.push({ type: 'rich_text_quote', elements: inline(text, {}) })
    else out.push(sectionOf(inline(text, {})))
  }
  for (const line of prose.split('\n')) {
    const quoted = line.startsWith('&gt;')
    if (quoted !== isQuote) close()
    isQuote = quoted
    lines.push(quoted ? line.slice('&gt;'.length).replace(/^ /, '') : line)
  }
  close()
  return out
}

function sectionOf(elements: readonly Block[]): Block {
  return { type: 'rich_text_section', elements }
}

const marks =
  /<([^<>\n]+)>|:([a-z0-9_+'-]+?)(?:::skin-tone-([2-6]))?:|`([^`\n]+)`|(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])|(?<![\w_])_([^\s_](?:[^_\n]*[^\s_])?)_(?![\w_])|(?<![\w~])~([^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])/g

function inline(text: string, style: Style): Block[] {
  const out: Block[] = []
  let at = 0
  const plainUpTo = (end: number) => {
    if (end > at) out.push(styled({ type: 'text', text: unescapeText(text.slice(at, end)) }, style))
  }
  for (const match of text.matchAll(marks)) {
    const found = elementsOf(match, style)
    if (found === undefined) continue
    plainUpTo(match.index)
    out.push(...found)
    at = match.index + match[0].length
  }
  plainUpTo(text.length)
  return out
}

function elementsOf(match: RegExpMatchArray, style: Style): Block[] | undefined {
  const [, token, emoji, tone, code, bold, italic, strike] = match
  if (token !== undefined) return [styled(tokenElement(token), style)]
  if (emoji !== undefined) {
    const unicode = codePointsOf(emoji, tone)
    if (unicode === undefined) return undefined
    return [{ type: 'emoji', name: emoji, ...(tone && { skin_tone: Number(tone) }), unicode }]
  }
  if (code !== undefined) {
    return [styled({ type: 'text', text: unescapeText(code) }, { ...style, code: true })]
  }
  if (bold !== undefined) return inline(bold, { ...style, bold: true })
  if (italic !== undefined) return inline(italic, { ...style, italic: true })
  return inline(strike!, { ...style, strike: true })
}

function styled(element: Block, style: Style): Block {
  return Object.keys(style).length === 0 ? element : { ...element, style }
}

function tokenElement(token: string): Block {
  const bar = token.indexOf('|')
  const target = bar === -1 ? token : token.slice(0, bar)
  const label = bar === -1 ? undefined : unescapeText(token.slice(bar + 1))
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) }
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) }
  if (target.startsWith('!subteam^')) {
    return { type: 'usergroup', usergroup_id: target.slice('!subteam^'.length) }
  }
  if (target.startsWith('!date^')) {
    const [, timestamp, format = '', url] = target.split('^')
    return {
      type: 'date',
      timestamp: Number(timestamp),
      format,
      ...(url !== undefined && { url }),
      ...(label !== undefined && { fallback: label }),
    }
  }
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1) }
  return { type: 'link', url: unescapeText(target), ...(label !== undefined && { text: label }) }
}
