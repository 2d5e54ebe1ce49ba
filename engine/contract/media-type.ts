/** A content type, taken apart. */
export interface MediaType {
  /** Without parameters, lower case: `application/json`. */
  essence: string
  /** By lower-case name: `charset`, `boundary`. */
  parameters: Record<string, string>
}

/** Reads a content-type header; nothing when it is absent or not of the form `a/b`. */
export function readMediaType(header: string | undefined): MediaType | undefined {
  if (header === undefined) return undefined
  const cut = header.indexOf(';')
  const essence = (cut === -1 ? header : header.slice(0, cut)).trim().toLowerCase()
  if (!/^[^\s/]+\/[^\s/]+$/.test(essence)) return undefined
  return { essence, parameters: cut === -1 ? {} : readHeaderParameters(header.slice(cut + 1)) }
}

/** Reads `a=b; c="d e"` as content-type and content-disposition write it. */
export function readHeaderParameters(text: string): Record<string, string> {
  const parameters: Record<string, string> = {}
  for (const match of text.matchAll(/([^\s=;"]{1,100})=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))/g)) {
    const name = (match[1] as string).toLowerCase()
    const value = match[2]?.replaceAll(/\\(["\\])/g, '$1') ?? match[3] ?? ''
    if (name !== '__proto__' && !Object.hasOwn(parameters, name)) parameters[name] = value
  }
  return parameters
}

/** True for JSON and everything that is JSON inside, such as `application/scim+json`. */
export function isJsonType(essence: string): boolean {
  return essence === 'application/json' || essence.endsWith('+json') || essence === 'text/json'
}

/** True for types whose bytes are text. */
export function isTextType(essence: string): boolean {
  return essence.startsWith('text/') || /[/+](xml|yaml|graphql|javascript|jwt)$/.test(essence)
}

/** Picks the declared key for a type: itself, then the type of its suffix, its group, then anything. */
export function findMediaType(
  declared: Record<string, unknown>,
  essence: string,
): string | undefined {
  if (Object.hasOwn(declared, essence)) return essence
  const group = `${essence.slice(0, essence.indexOf('/'))}/*`
  if (Object.hasOwn(declared, group)) return group
  return Object.hasOwn(declared, '*/*') ? '*/*' : undefined
}
