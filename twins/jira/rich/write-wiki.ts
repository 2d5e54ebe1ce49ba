import type { AdfNode } from './adf.ts'

/** Turns a document into wiki markup, as API v2 shows it. */
export function writeWiki(node: AdfNode): string {
  return (node.content ?? []).map((child) => writeBlock(child)).join('\n\n')
}

function writeBlock(node: AdfNode): string {
  const inner = node.content ?? []
  switch (node.type) {
    case 'paragraph':
      return writeInline(inner)
    case 'heading':
      return `h${String(node.attrs?.['level'] ?? 1)}. ${writeInline(inner)}`
    case 'bulletList':
    case 'orderedList':
      return writeList(node, '').join('\n')
    case 'codeBlock':
      return writeCode(node)
    case 'blockquote':
      return `{quote}\n${inner.map(writeBlock).join('\n\n')}\n{quote}`
    case 'panel':
      return `{panel}\n${inner.map(writeBlock).join('\n\n')}\n{panel}`
    case 'rule':
      return '----'
    case 'table':
      return inner.map(writeRow).join('\n')
    case 'media':
      return `!${String(node.attrs?.['alt'] ?? node.attrs?.['id'] ?? '')}!`
    case 'text':
      return writeInline([node])
    default:
      return inner.length === 0 ? writeInline([node]) : inner.map(writeBlock).join('\n')
  }
}

function writeCode(node: AdfNode): string {
  const language = node.attrs?.['language']
  const text = (node.content ?? []).map((child) => child.text ?? '').join('')
  return `{code${typeof language === 'string' ? `:${language}` : ''}}\n${text}\n{code}`
}

function writeList(list: AdfNode, marks: string): string[] {
  const own = marks + (list.type === 'orderedList' ? '#' : '*')
  return (list.content ?? []).flatMap((item) => {
    const lines: string[] = []
    for (const child of item.content ?? []) {
      if (child.type === 'bulletList' || child.type === 'orderedList')
        lines.push(...writeList(child, own))
      else lines.push(lines.length === 0 ? `${own} ${writeBlock(child)}` : writeBlock(child))
    }
    return lines
  })
}

function writeRow(row: AdfNode): string {
  let line = ''
  let end = '|'
  for (const cell of row.content ?? []) {
    end = cell.type === 'tableHeader' ? '||' : '|'
    line += end + (cell.content ?? []).map(writeBlock).join(' ')
  }
  return line + end
}

const markup: Record<string, [string, string]> = {
  strong: ['*', '*'],
  em: ['_', '_'],
  strike: ['-', '-'],
  underline: ['+', '+'],
  code: ['{{', '}}'],
}

function writeInline(nodes: AdfNode[]): string {
  return nodes.map(writeOne).join('')
}

function writeOne(node: AdfNode): string {
  switch (node.type) {
    case 'text':
      return writeText(node)
    case 'hardBreak':
      return '\n'
    case 'mention':
      return `[~accountid:${String(node.attrs?.['id'])}]`
    case 'inlineCard':
      return `[${String(node.attrs?.['url'] ?? '')}|${String(node.attrs?.['url'] ?? '')}|smart-link]`
    case 'emoji':
      return String(node.attrs?.['text'] ?? node.attrs?.['shortName'] ?? '')
    case 'status':
      return `*[ ${String(node.attrs?.['text'] ?? '')} ]*`
    case 'date':
      return new Date(Number(node.attrs?.['timestamp'] ?? 0)).toISOString().slice(0, 10)
    default:
      return node.content === undefined ? '' : writeInline(node.content)
  }
}

function writeText(node: AdfNode): string {
  let text = node.text ?? ''
  for (const { type, attrs } of node.marks ?? []) {
    if (type === 'link') {
      const href = String(attrs?.['href'])
      text = text === href ? `[${href}]` : `[${text}|${href}]`
    } else if (markup[type] !== undefined) {
      text = markup[type][0] + text + markup[type][1]
    }
  }
  return text
}
