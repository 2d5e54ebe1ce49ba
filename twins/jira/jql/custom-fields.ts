import type { CustomField, Issue } from '../records.ts'
import { plainOf, type Rich } from '../rich/rich.ts'
import { none, numberField, one, textField, type JqlField } from './field-kinds.ts'

/** A property of an issue, as a field. */
export function propertyField({ key, path }: { key: string; path: string[] }): JqlField {
  const read = (issue: Issue): readonly (string | number)[] => {
    let value: unknown = issue.$properties[key]
    for (const step of path)
      value =
        typeof value === 'object' && value !== null
          ? (value as Record<string, unknown>)[step]
          : undefined
    return Array.isArray(value)
      ? value.map(String)
      : value === undefined || value === null
        ? none
        : [String(value)]
  }
  return { name: 'issue.property', kind: 'ref', values: read, resolve: (text) => [text] }
}

const customs = new WeakMap<CustomField, JqlField>()

/** A custom field. */
export function customField(row: CustomField): JqlField {
  let field = customs.get(row)
  if (field === undefined) customs.set(row, (field = readCustom(row)))
  return field
}

function readCustom({ id, name, schema }: CustomField): JqlField {
  const value = (issue: Issue) => issue.fields[id]
  if (schema.type === 'number')
    return numberField(name, (issue) => (value(issue) as number | undefined) ?? null)
  if (schema.type === 'date')
    return {
      name,
      kind: 'day',
      values: (issue) => one(value(issue) as string | undefined),
      sort: (issue) => value(issue) as string | undefined,
    }
  const texts = (issue: Issue): string[] => {
    const found = value(issue)
    if (found === undefined || found === null) return []
    return (Array.isArray(found) ? (found as unknown[]) : [found]).flatMap(wordsOf)
  }
  if (schema.type === 'string') return textField(name, texts)
  return {
    name,
    kind: 'ref',
    values: texts,
    resolve: (text) => [text],
    sort: (issue) => texts(issue)[0],
  }
}

function wordsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [String(value)]
  if ('adf' in value) return [plainOf(value as Rich)]
  const { id, name, value: label } = value as Record<string, unknown>
  return [label, name, id].filter((word) => word !== undefined).map(String)
}
