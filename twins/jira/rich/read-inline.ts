import type { AdfNode } from './adf.ts'

type Mark = NonNullable<AdfNode['marks']>[number]

/** A form of markup inside a line. */
interface Form {
  pattern: RegExp
  read: (match: RegExpExecArray, marks: Mark[]) => AdfNode[]
}

// Sticky patterns, tried in this order at every place where a word may begin.
const forms: Form[] = [
  { pattern: /\{\{(.+?)\}\}/y, read: ([, text], marks) => [code(text!, marks)] },
  { pattern: /\[~accountid:([^\]]+)\]/y, read: ([, id]) => [{ type: 'mention', attrs: { id } }] },
  {
    pattern: /\[([^\]|\n]+)\|([^\]|\s]*)(?:\|[^\]]*)?\]/y,
    read: ([, text, href], marks) => link(text!, href!, marks),
  },
  {
    pattern: /\[((?:https?|ftp|mailto):[^\]|\s]+)\]/y,
    read: ([, href], marks) => link(href!, href!, marks),
  },
  {
    pattern: /!([^!\s|]+\.[A-Za-z0-9]{2,5})(?:\|[^!]*)?!/y,
    read: ([, name], marks) => [plain(`!${name}!`, marks)],
  },
  { pattern: /\*(?=\S)([^*\n]*[^*\s])\*(?![\p{L}\p{N}])/uy, read: inside('strong') },
  { pattern: /_(?=\S)([^_\n]*[^_\s])_(?![\p{L}\p{N}])/uy, read: inside('em') },
  { pattern: /-(?=[^\s-])([^-\n]*[^-\s])-(?![\p{L}\p{N}-])/uy, read: inside('strike') },
  { pattern: /\+(?=\S)([^+\n]*[^+\s])\+(?![\p{L}\p{N}])/uy, read: inside('underline') },
]

/** Turns a line of wiki markup into nodes. */
export function readInline(text: string, marks: Mark[] = []): AdfNode[] {
  const nodes: AdfNode[] = []
  let open = ''
  const close = () => {
    if (open !== '') nodes.push(plain(open, marks))
    open = ''
  }
  for (let i = 0; i < text.length;) {
    const found = isBoundary(text, i) ? findForm(text, i, marks) : undefined
    if (found !== undefined) {
      close()
      nodes.push(...found.nodes)
      i = found.next
    } else if (text.startsWith('\\\\', i)) {
      close()
      nodes.push({ type: 'hardBreak' })
      i += 2
    } else if (text[i] === '\\' && /[*_\-+{}[\]!|]/.test(text[i + 1] ?? '')) {
      open += text[i + 1]
      i += 2
    } else {
      open += text[i]
      i++
    }
  }
  close()
  return nodes
}

function findForm(
  text: string,
  at: number,
  marks: Mark[],
): { nodes: AdfNode[]; next: number } | undefined {
  for (const { pattern, read } of forms) {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) continue
    const next = pattern.lastIndex
    return { nodes: read(match, marks), next }
  }
  return undefined
}

/** Markup begins at the start of a line or behind something that is no letter. */
function isBoundary(text: string, at: number): boolean {
  if (!'{[!*_-+'.includes(text[at]!)) return false
  return at === 0 || text[at] === '{' || text[at] === '[' || !/[\p{L}\p{N}\\]/u.test(text[at - 1]!)
}

function inside(type: string): Form['read'] {
  return ([, text], marks) =>
    marks.some((mark) => mark.type === type)
      ? [plain(text!, marks)]
      : readInline(text!, [...marks, { type }])
}

function link(text: string, href: string, marks: Mark[]): AdfNode[] {
  return [
    plain(text, [
      ...marks.filter((mark) => mark.type !== 'link'),
      { type: 'link', attrs: { href } },
    ]),
  ]
}

/** Code takes no other marks but links. */
function code(text: string, marks: Mark[]): AdfNode {
  return plain(text, [...marks.filter((mark) => mark.type === 'link'), { type: 'code' }])
}

function plain(text: string, marks: Mark[]): AdfNode {
  return marks.length === 0 ? { type: 'text', text } : { type: 'text', text, marks }
}
