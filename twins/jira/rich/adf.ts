/** A node of the Atlassian Document Format. */
export interface AdfNode {
  type: string
  text?: string
  attrs?: Record<string, unknown>
  marks?: { type: string; attrs?: Record<string, unknown> }[]
  content?: AdfNode[]
}

/** A whole document. */
export interface AdfDocument extends AdfNode {
  type: 'doc'
  version: 1
  content: AdfNode[]
}

/** A document of paragraphs with plain text. */
export function toDocument(content: AdfNode[]): AdfDocument {
  return { type: 'doc', version: 1, content }
}

export function paragraph(...content: AdfNode[]): AdfNode {
  return content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content }
}

const blocks = new Set([
  'paragraph',
  'heading',
  'codeBlock',
  'listItem',
  'tableRow',
  'rule',
  'blockquote',
  'panel',
])

/** The words of a document; blocks stand on lines of their own. */
export function textOf(node: AdfNode): string {
  if (node.type === 'text') return node.text ?? ''
  if (node.type === 'hardBreak') return '\n'
  const { attrs } = node
  const own = attrs?.['text'] ?? attrs?.['shortName'] ?? attrs?.['url']
  const inner = (node.content ?? []).map(textOf).join(node.type === 'tableRow' ? ' ' : '')
  const text = typeof own === 'string' ? own + inner : inner
  return blocks.has(node.type) ? `${text}\n` : text
}
