import { readWiki } from './read-wiki.ts'
import { writeWiki } from './write-wiki.ts'
import { textOf, type AdfDocument } from './adf.ts'

/** Rich text as it is kept: the document, and the wiki text where it came as such, so that it reads back as it was written. */
export interface Rich {
  adf: AdfDocument
  wiki?: string
}

const fromTexts = new WeakMap<Rich, string>()

/** Rich text from wiki markup or plain text. */
export function richFromWiki(wiki: string): Rich {
  return { adf: readWiki(wiki), wiki }
}

/** Rich text from a document. */
export function richFromAdf(adf: AdfDocument): Rich {
  return { adf }
}

/** The wiki form of rich text: as it was sent, or made from the document. */
export function wikiOf(rich: Rich): string {
  return rich.wiki ?? writeWiki(rich.adf)
}

/** The words alone, for searching. */
export function plainOf(rich: Rich): string {
  let text = fromTexts.get(rich)
  if (text === undefined) fromTexts.set(rich, (text = textOf(rich.adf)))
  return text
}

/** Whether two rich texts say the same. */
export function sameRich(a: Rich | null | undefined, b: Rich | null | undefined): boolean {
  if (a === b || !a || !b) return (a ?? null) === (b ?? null)
  return JSON.stringify(a.adf) === JSON.stringify(b.adf)
}
