import type { AdfNode } from './adf.ts'
import { rules, values, type Rule } from './adf-rules.ts'

const depthMax = 100

/** Whether a value is a document that the service takes. */
export function isDocument(value: unknown): boolean {
  if (!isRecord(value) || value['type'] !== 'doc' || value['version'] !== 1) return false
  return Array.isArray(value['content']) && isNode(value as unknown as AdfNode, 0)
}

function isNode(node: AdfNode, depth: number): boolean {
  if (!isRecord(node) || depth > depthMax) return false
  const rule = Object.hasOwn(rules, String(node.type)) ? rules[node.type] : undefined
  if (rule === undefined) return false
  if (node.type === 'text' && (typeof node.text !== 'string' || node.text === '')) return false
  return hasAttributes(node, rule) && hasMarks(node, rule) && hasContent(node, rule, depth)
}

function hasAttributes(node: AdfNode, rule: Rule): boolean {
  const attrs = node.attrs ?? {}
  if (!isRecord(attrs)) return false
  if (rule.needs?.some((name) => attrs[name] === undefined)) return false
  const checks = values[node.type]
  return Object.entries(attrs).every(([name, value]) => {
    if (!rule.attrs?.includes(name)) return false
    return checks?.[name]?.(value) ?? true
  })
}

function hasMarks(node: AdfNode, rule: Rule): boolean {
  const { marks } = node
  if (marks === undefined) return true
  if (
    !Array.isArray(marks) ||
    !marks.every((mark) => isRecord(mark) && typeof mark.type === 'string')
  )
    return false
  const names = marks.map((mark) => mark.type)
  if (new Set(names).size !== names.length) return false
  if (
    names.includes('code') &&
    names.some((name) => !['code', 'link', 'annotation'].includes(name))
  )
    return false
  for (const { type, attrs } of marks) {
    if (type === 'link' && typeof attrs?.['href'] !== 'string') return false
    if (type === 'textColor' && !/^#[0-9a-fA-F]{6}$/.test(String(attrs?.['color']))) return false
  }
  if (rule.marks === 'any') return true
  return names.every((name) => Array.isArray(rule.marks) && rule.marks.includes(name))
}

function hasContent(node: AdfNode, rule: Rule, depth: number): boolean {
  const { content } = node
  if (content === undefined) return rule.filled !== true
  if (!Array.isArray(content)) return false
  if (content.length === 0) return rule.filled !== true
  if (rule.children === undefined) return false
  if (node.type === 'codeBlock' && content.some((child) => child.marks !== undefined)) return false
  return content.every(
    (child) => isRecord(child) && rule.children!.includes(child.type) && isNode(child, depth + 1),
  )
}

function isRecord(value: unknown): value is Record<string, unknown> & AdfNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
