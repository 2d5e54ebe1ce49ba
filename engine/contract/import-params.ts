import type { Param, Schema } from './contract.ts'
import { childOf, childrenOf, follow, itemsOfPlace, warn, warnOf } from './document.ts'
import type { OpenApiDocument, Place } from './document.ts'
import type { SchemaImporter } from './import-schema.ts'
import { readMediaType } from './media-type.ts'
import { isRecord } from './schema.ts'

/** What the importer's parts share. */
export interface ImportContext {
  document: OpenApiDocument
  schemas: SchemaImporter
}

const styles = new Set<unknown>(
  'simple form label matrix spaceDelimited pipeDelimited deepObject'.split(' '),
)
const places = new Set<unknown>(['path', 'query', 'header', 'cookie'])
/** OpenAPI tells these headers elsewhere and bids to ignore them here. */
const ignoredHeaders = new Set(['accept', 'content-type', 'authorization'])
/** How Swagger 2.0 wrote lists. */
const collectionStyles: Record<string, Pick<Param, 'style' | 'explode'>> = {
  csv: { explode: false },
  ssv: { style: 'spaceDelimited', explode: false },
  pipes: { style: 'pipeDelimited', explode: false },
  multi: { style: 'form', explode: true },
}

/** The parameter objects of an operation, references followed; its own replace the path's. */
export function paramPlaces(context: ImportContext, pathItem: Place, operation: Place): Place[] {
  const { document } = context
  const found = new Map<string, Place>()
  for (const owner of [pathItem, operation])
    for (const item of itemsOfPlace(childOf(owner, 'parameters'))) {
      const place = follow(document, item)
      const param = isRecord(place.value) ? place.value : {}
      if (typeof param['name'] !== 'string' || typeof param['in'] !== 'string') {
        const fix = 'Give the parameter a name and a place (in).'
        warn(document, 'A parameter has no name or no place; it is left out', { ...place, fix })
      } else found.set(`${param['in']} ${param['name']}`, place)
    }
  return [...found.values()]
}

/** Reads the parameters that are not a body. */
export function toParams(context: ImportContext, list: Place[], template: string): Param[] {
  const { document } = context
  const params: Param[] = []
  const names = new Set([...template.matchAll(/\{([^}]*)\}/g)].map((match) => match[1] as string))
  for (const place of list) {
    const value = place.value as Record<string, unknown>
    const name = value['name'] as string
    if (!places.has(value['in'])) continue
    const isPath = value['in'] === 'path'
    if (value['in'] === 'header' && ignoredHeaders.has(name.toLowerCase())) continue
    if (isPath && !names.delete(name)) {
      const fix = `Put {${name}} into the path, or remove the parameter.`
      const what = `The path ${template} has no {${name}}; the parameter is left out`
      warn(document, what, { pointer: place.pointer, fix })
      continue
    }
    params.push(document.version === '2.0' ? toParam2(context, place) : toParam3(context, place))
  }
  for (const name of names) {
    const at = { pointer: list[0]?.pointer ?? '/paths', fix: `Declare {${name}} as a parameter.` }
    warn(document, `The path ${template} does not declare {${name}}; it is read as a string`, at)
    params.push({ name, in: 'path', required: true, schema: { type: 'string' } })
  }
  return params
}

function baseParam(value: Record<string, unknown>, schema: Schema): Param {
  const place = value['in'] as Param['in']
  const param: Param = { name: value['name'] as string, in: place, schema }
  if (value['required'] === true || place === 'path') param.required = true
  if (value['allowEmptyValue'] === true) param.allowEmptyValue = true
  return param
}

function toParam3(context: ImportContext, place: Place): Param {
  const value = place.value as Record<string, unknown>
  const content = childrenOf(childOf(place, 'content'))[0]
  if (content) {
    const param = baseParam(value, context.schemas.toSchema(childOf(content[1], 'schema')))
    param.mediaType = readMediaType(content[0])?.essence ?? content[0]
    return param
  }
  const param = baseParam(value, context.schemas.toSchema(childOf(place, 'schema')))
  const usual = param.in === 'query' || param.in === 'cookie' ? 'form' : 'simple'
  if (styles.has(value['style']) && value['style'] !== usual)
    param.style = value['style'] as NonNullable<Param['style']>
  const explode = value['explode']
  if (typeof explode === 'boolean' && explode !== ((param.style ?? usual) === 'form'))
    param.explode = explode
  return param
}

/** In Swagger 2.0 the parameter is its own schema. */
function toParam2(context: ImportContext, place: Place): Param {
  const value = place.value as Record<string, unknown>
  const param = baseParam(value, context.schemas.toSchema(ownSchema(place)))
  const style = collectionStyle(context, place)
  if (!style) return param
  if (style.style !== undefined && style.style !== 'form') param.style = style.style
  const isForm = param.in === 'query' && param.style === undefined
  if (style.explode !== undefined && style.explode !== isForm) param.explode = style.explode
  return param
}

/** The schema that a 2.0 parameter or header is, without the words that are about the parameter. */
export function ownSchema(place: Place): Place {
  const value = place.value as Record<string, unknown>
  const { name: _name, in: _in, required: _required, ...schema } = value
  return { value: schema, pointer: place.pointer }
}

/** How a 2.0 list is written; nothing for what is no list. */
export function collectionStyle(
  { document }: ImportContext,
  place: Place,
): Pick<Param, 'style' | 'explode'> | undefined {
  const value = place.value as Record<string, unknown>
  if (value['type'] !== 'array') return undefined
  const format = value['collectionFormat'] ?? 'csv'
  const style = typeof format === 'string' ? collectionStyles[format] : undefined
  if (style) return style
  const fix = 'Use csv, ssv, pipes or multi.'
  warn(document, `The collectionFormat ${String(format)} is read as csv`, { ...place, fix })
  return collectionStyles['csv']
}

/** Reads a reply's headers as schemas. */
export function toHeaders(
  context: ImportContext,
  place: Place,
): Record<string, Schema> | undefined {
  const headers: Record<string, Schema> = {}
  for (const [name, item] of childrenOf(place)) {
    try {
      const header = follow(context.document, item)
      const is2 = context.document.version === '2.0'
      const schema = is2 ? ownSchema(header) : childOf(header, 'schema')
      headers[name] = context.schemas.toSchema(schema)
    } catch (error) {
      warnOf(context.document, error, 'the header is left out')
    }
  }
  return Object.keys(headers).length > 0 ? headers : undefined
}
