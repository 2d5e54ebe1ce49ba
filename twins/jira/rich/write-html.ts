import type { AdfNode } from './adf.ts'

/** Turns a document into the HTML of `renderedFields`. */
export function writeHtml(node: AdfNode): string {
  return (node.content ?? []).map(writeBlock).join('\n\n')
}

const wrappers: Record<string, [string, string]> = {
  paragraph: ['<p>', '</p>'],
  bulletList: ['<ul>', '</ul>'],
  orderedList: ['<ol>', '</ol>'],
  listItem: ['<li>', '</li>'],
  blockquote: ['<blockquote>', '</blockquote>'],
  table: [
    "<div class='table-wrap'><table class='confluenceTable'><tbody>",
    '</tbody></table></div>',
  ],
  tableRow: ['<tr>', '</tr>'],
  tableHeader: ["<th class='confluenceTh'>", '</th>'],
  tableCell: ["<td class='confluenceTd'>", '</td>'],
  panel: ['<div class="panel"><div class="panelContent">', '</div></div>'],
}

const marks: Record<string, [string, string]> = {
  strong: ['<b>', '</b>'],
  em: ['<em>', '</em>'],
  strike: ['<del>', '</del>'],
  underline: ['<ins>', '</ins>'],
  code: ['<tt>', '</tt>'],
}

function writeBlock(node: AdfNode): string {
  if (node.type === 'heading') {
    const level = Number(node.attrs?.['level'] ?? 1)
    return `<h${level}>${children(node)}</h${level}>`
  }
  if (node.type === 'codeBlock') {
    const language = escapeHtml(String(node.attrs?.['language'] ?? 'java'))
    return `<div class="code panel"><div class="codeContent panelContent"><pre class="code-${language}">${children(node)}</pre></div></div>`
  }
  if (node.type === 'rule') return '<hr />'
  if (node.type === 'hardBreak') return '<br/>'
  if (node.type === 'text') return writeText(node)
  if (node.type === 'mention')
    return `<a href="#" class="user-hover">${escapeHtml(String(node.attrs?.['text'] ?? ''))}</a>`
  const wrapper = wrappers[node.type]
  return wrapper === undefined ? children(node) : wrapper[0] + children(node) + wrapper[1]
}

function children(node: AdfNode): string {
  return (node.content ?? []).map(writeBlock).join('')
}

function writeText(node: AdfNode): string {
  let html = escapeHtml(node.text ?? '')
  for (const { type, attrs } of node.marks ?? []) {
    if (type === 'link')
      html = `<a href="${escapeHtml(String(attrs?.['href']))}" class="external-link">${html}</a>`
    else if (marks[type] !== undefined) html = marks[type][0] + html + marks[type][1]
  }
  return html
}

function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"]/g,
    (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[one]!,
  )
}
