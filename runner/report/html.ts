/** A piece of HTML that is safe to put into a page. Only `html` makes one. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Piece = Html | string | number | null | undefined | false | readonly Piece[]

/** HTML from a template; everything put into it is escaped, unless it is HTML already. */
export function html(parts: TemplateStringsArray, ...pieces: Piece[]): Html {
  let out = parts[0]!
  for (let i = 0; i < pieces.length; i++) out += toText(pieces[i]) + parts[i + 1]!
  return new Html(out)
}

function toText(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (piece instanceof Html) return piece.text
  if (typeof piece === 'object') return piece.map(toText).join('')
  return escapeHtml(String(piece))
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
// Control characters and those that turn the direction of text: a name must not disguise what stands around it.
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/** Text as HTML: markup is inert, and characters that would not be seen are. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(UNSEEN, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/[&<>"']/g, (one) => entities[one]!)
}
