import { setOwn } from '../contract/problem.ts'
import { fromPointerToken, isRecord } from '../contract/schema.ts'

// A refusal names a field in one of several forms; a template says which: `«field pointer» is missing`.

interface Form {
  mark: string
  spell: (tokens: readonly string[]) => string
}

/** From the form that says most to the one that says least. */
const forms: readonly Form[] = [
  { mark: 'pointer', spell: (tokens) => `/${tokens.join('/')}` },
  { mark: 'dotted', spell: (tokens) => tokens.join('.') },
  { mark: 'name', spell: (tokens) => tokens.at(-1) ?? '' },
  { mark: 'Name', spell: (tokens) => capital(tokens.at(-1) ?? '') },
  { mark: 'words', spell: (tokens) => wordsOf(tokens.at(-1) ?? '') },
  { mark: 'Words', spell: (tokens) => capital(wordsOf(tokens.at(-1) ?? '')) },
]

/** A template in which the name of a place of the body is replaced by marks; undefined where it is not named. */
export function withoutField(template: unknown, place: string): unknown {
  const tokens = tokensOf(place)
  for (const { mark, spell } of forms) {
    if (mark === 'dotted' && tokens.length < 2) continue
    const name = spell(tokens)
    // A letter stands in too many words to be a name.
    if (name.length < 2) continue
    // A slash or dot before it belongs to a longer path; `«…»` is no word of the service.
    const before = mark === 'pointer' ? '(?<![\\w«])' : '(?<![\\w«-])'
    const pattern = new RegExp(`${before}${RegExp.escape(name)}(?![\\w»-])|«[^»]*»`, 'g')
    let count = 0
    const out = mapTexts(template, (text) =>
      text.replaceAll(pattern, (found) => {
        if (found !== name) return found
        count++
        return `«field ${mark}»`
      }),
    )
    if (count > 0) return out
  }
  return undefined
}

/** The template with a place's name in it, and its value read from the body. */
export function withField(template: unknown, place: string): unknown {
  const tokens = tokensOf(place)
  return mapTexts(template, (text) =>
    text.replaceAll(/«field (\w+)»/g, (all, mark: string) => {
      if (mark === 'value') return `«body ${place}»`
      const form = forms.find((one) => one.mark === mark)
      return form === undefined ? all : form.spell(tokens)
    }),
  )
}

/** A JSON value with all its texts and keys replaced. */
export function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change))
  if (!isRecord(value)) return value
  const out: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value)) setOwn(out, change(key), mapTexts(one, change))
  return out
}

function tokensOf(place: string): string[] {
  return place.split('/').slice(1).map(fromPointerToken)
}

function wordsOf(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
