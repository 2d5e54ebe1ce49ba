/** A query that can't be read or, in strict places, can't be understood. The text is the service's own. */
export class JqlError extends Error {
  override name = 'JqlError'
}

const prefix = 'Error in the JQL Query: '

/** A syntax error; `at` gives its place, which is left out when the query simply ended too early. */
export function syntaxError(text: string, at?: { line: number; column: number }): JqlError {
  const place = at === undefined ? '' : ` (line ${at.line}, character ${at.column})`
  return new JqlError(prefix + text + place)
}
