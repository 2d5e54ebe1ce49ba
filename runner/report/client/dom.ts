import { inert } from '../words.ts'

type Child = Node | string | number | null | undefined | false
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * An element. Text goes in as text and never as markup, with characters that would not be seen spelled
 * out; an attribute that is true stands without a value, one that is false or undefined not at all.
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  setAttributes(made, attributes)
  append(made, children)
  return made
}

const SVG = 'http://www.w3.org/2000/svg'

/** The same within a drawing. */
export function shape<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name)
  setAttributes(made, attributes)
  append(made, children)
  return made
}

/** What stands in the page under this id. Throws where it is missing. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`The page has no #${id}.`)
  return found
}

function setAttributes(made: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    made.setAttribute(name, value === true ? '' : String(value))
  }
}

function append(made: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue
    made.append(child instanceof Node ? child : inert(String(child)))
  }
}
