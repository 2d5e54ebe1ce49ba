const MEMBERS_IN_A_LINE = 60

/**
 * A body as lines that a person reads: JSON indented, a form's fields one to a line, anything else as
 * it is. JSON that was cut somewhere is indented as far as it goes, so it is not parsed.
 */
export function prettyLines(body: string): string[] {
  const text = body.trim()
  if (/^[[{]/.test(text)) return indent(text)
  if (/^[\w.%[\]-]+=[^\s<>{}]*$/.test(text)) return text.split('&').map(decodeField)
  return body.split('\n')
}

/** Indents JSON that may end anywhere. */
function indent(text: string): string[] {
  const lines: string[] = []
  let line = ''
  let depth = 0
  const end = (): void => {
    if (line.trim() !== '') lines.push(line)
    line = '  '.repeat(depth)
  }
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{},]|[^\s"[\]{},]+|\s+/gs)) {
    if (/^\s/.test(token)) continue
    if (token === '{' || token === '[') {
      line += token
      depth++
      end()
    } else if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1)
      const isEmpty = lines.at(-1)?.endsWith(token === '}' ? '{' : '[') && line.trim() === ''
      if (isEmpty) line = `${lines.pop()}${token}`
      else {
        end()
        line += token
      }
    } else if (token === ',') {
      line += ','
      end()
    } else {
      line += token === ':' ? ': ' : token.startsWith(':') ? `: ${token.slice(1)}` : token
    }
  }
  depth = 0
  end()
  return lines
}

function decodeField(field: string): string {
  try {
    return decodeURIComponent(field.replaceAll('+', ' ')).replace('=', ' = ')
  } catch {
    return field
  }
}

/** A value as lines: short ones in one. */
export function valueLines(value: unknown): string[] {
  const short = JSON.stringify(value) ?? 'undefined'
  if (short.length <= MEMBERS_IN_A_LINE) return [short]
  return (JSON.stringify(value, null, 2) ?? 'undefined').split('\n')
}
