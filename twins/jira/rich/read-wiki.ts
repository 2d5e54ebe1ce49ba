import { paragraph, toDocument, type AdfDocument, type AdfNode } from './adf.ts'
import { rules } from './adf-rules.ts'
import { readInline } from './read-inline.ts'

/** Turns wiki markup into a document, as API v2 does with what it is sent. */
export function readWiki(text: string): AdfDocument {
  const lines = text.replace(/\r\n?/g, '\n').split('\n')
  return toDocument(readBlocks(lines, 0))
}

const nestingMax = 20

function readBlocks(lines: string[], depth: number): AdfNode[] {
  const nodes: AdfNode[] = []
  let open: string[] = []
  const close = () => {
    if (open.length > 0) nodes.push(paragraph(...joinLines(open)))
    open = []
  }
  for (let i = 0; i < lines.length;) {
    const found = depth < nestingMax ? readBlock(lines, i, depth) : undefined
    if (found !== undefined) {
      close()
      nodes.push(found.node)
      i = found.next
    } else {
      if (lines[i]!.trim() === '') close()
      else open.push(lines[i]!)
      i++
    }
  }
  close()
  return nodes
}

function joinLines(lines: string[]): AdfNode[] {
  return lines.flatMap((line, i) =>
    i === 0 ? readInline(line) : [{ type: 'hardBreak' }, ...readInline(line)],
  )
}

type Found = { node: AdfNode; next: number } | undefined

function readBlock(lines: string[], at: number, depth: number): Found {
  const line = lines[at]!
  const heading = /^h([1-6])\.\s*(.*)$/.exec(line)
  if (heading !== null) {
    const content = readInline(heading[2]!)
    return {
      node: filled({ type: 'heading', attrs: { level: Number(heading[1]) } }, content),
      next: at + 1,
    }
  }
  if (/^-{4,}\s*$/.test(line)) return { node: { type: 'rule' }, next: at + 1 }
  if (/^bq\.\s/.test(line)) {
    return {
      node: { type: 'blockquote', content: [paragraph(...readInline(line.slice(3).trim()))] },
      next: at + 1,
    }
  }
  if (/^[*#-]+\s/.test(line)) return readList(lines, at)
  if (line.startsWith('|')) return readTable(lines, at)
  return readMacro(lines, at, depth)
}

function readMacro(lines: string[], at: number, depth: number): Found {
  const open = /^\{(code|noformat|quote|panel)(?::([^}]*))?\}(.*)$/.exec(lines[at]!)
  if (open === null) return undefined
  const [, name, options = '', rest = ''] = open
  const end = `{${name}}`
  const inner: string[] = []
  let i = at
  let line = rest
  for (;;) {
    const cut = line.indexOf(end)
    if (cut !== -1) {
      if (cut > 0 || i > at) inner.push(line.slice(0, cut))
      break
    }
    if (i > at || line !== '') inner.push(line)
    if (++i >= lines.length) break
    line = lines[i]!
  }
  // A closing mark on a line of its own adds no empty line.
  if (inner.at(-1) === '') inner.pop()
  return { node: macroNode(name!, options, inner, depth), next: i + 1 }
}

function macroNode(name: string, options: string, inner: string[], depth: number): AdfNode {
  if (name === 'code' || name === 'noformat') {
    const language = options.split('|').find((one) => !one.includes('='))
    const node: AdfNode = { type: 'codeBlock' }
    if (name === 'code' && language) node.attrs = { language }
    const text = inner.join('\n')
    return text === '' ? node : { ...node, content: [{ type: 'text', text }] }
  }
  const content = readBlocks(inner, depth + 1).flatMap((node) =>
    fitting(node, name === 'quote' ? 'blockquote' : 'panel'),
  )
  const body = content.length === 0 ? [paragraph()] : content
  if (name === 'quote') return { type: 'blockquote', content: body }
  return { type: 'panel', attrs: { panelType: 'info' }, content: body }
}

/** A block as it may stand in another: what may not becomes its parts, in the end a paragraph. */
function fitting(node: AdfNode, parent: string): AdfNode[] {
  if (rules[parent]?.children?.includes(node.type)) return [node]
  const parts = node.content ?? []
  if (node.type === 'heading' || parts.length === 0) return [paragraph(...parts)]
  return parts.flatMap((part) => fitting(part, parent))
}

interface Item {
  marks: string
  content: AdfNode[]
}

function readList(lines: string[], at: number): Found {
  const items: Item[] = []
  let i = at
  for (; i < lines.length; i++) {
    const match = /^([*#-]+)\s+(.*)$/.exec(lines[i]!)
    if (match === null) break
    items.push({ marks: match[1]!.slice(0, nestingMax), content: readInline(match[2]!) })
  }
  return i === at ? undefined : { node: toList(items, 0, items.length, 1), next: i }
}

/** The items from `from` to below `to` as one list of depth `level`. */
function toList(items: Item[], from: number, to: number, level: number): AdfNode {
  const ordered = items[from]!.marks[level - 1] === '#'
  const content: AdfNode[] = []
  for (let i = from; i < to;) {
    let next = i + 1
    while (next < to && items[next]!.marks.length > level) next++
    const own = items[i]!.marks.length <= level
    const children: AdfNode[] = [own ? paragraph(...items[i]!.content) : paragraph()]
    const first = own ? i + 1 : i
    if (first < next) children.push(toList(items, first, next, level + 1))
    content.push({ type: 'listItem', content: children })
    i = next
  }
  return { type: ordered ? 'orderedList' : 'bulletList', content }
}

function readTable(lines: string[], at: number): Found {
  const rows: AdfNode[] = []
  let i = at
  for (; i < lines.length && lines[i]!.startsWith('|'); i++) {
    const cells = splitCells(lines[i]!).map(({ header, text }) => ({
      type: header ? 'tableHeader' : 'tableCell',
      content: [paragraph(...readInline(text.trim()))],
    }))
    if (cells.length > 0) rows.push({ type: 'tableRow', content: cells })
  }
  if (rows.length === 0) return undefined
  return { node: { type: 'table', content: rows }, next: i }
}

function splitCells(line: string): { header: boolean; text: string }[] {
  const cells: { header: boolean; text: string }[] = []
  let depth = 0
  let open: { header: boolean; text: string } | undefined
  for (let i = 0; i < line.length; i++) {
    const one = line[i]!
    if (one === '[') depth++
    if (one === ']') depth = Math.max(0, depth - 1)
    // A pipe inside a link belongs to the link.
    if (one !== '|' || depth > 0) {
      if (open !== undefined) open.text += one
      continue
    }
    const header = line[i + 1] === '|'
    if (header) i++
    if (open !== undefined) cells.push(open)
    open = { header, text: '' }
  }
  if (open !== undefined && open.text.trim() !== '') cells.push(open)
  return cells
}

function filled(node: AdfNode, content: AdfNode[]): AdfNode {
  return content.length === 0 ? node : { ...node, content }
}
