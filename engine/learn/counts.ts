import { isRecord, toPointerToken } from '../contract/schema.ts'
import { isIdName } from './looks.ts'

const amountName = /quant|amount|count|qty|units?$|value|seats|copies/i

/**
 * `«count /available -1»` for a number that went up or down by one, `«count /stock -body /quantity»` for one that
 * changed by what was sent; undefined where the number just became another.
 */
export function countTemplate(
  value: unknown,
  pointer: string,
  before: unknown,
  body: unknown,
): string | undefined {
  if (typeof value !== 'number' || typeof before !== 'number' || before === value) return undefined
  const name = pointer.slice(pointer.lastIndexOf('/') + 1)
  if (isIdName(name)) return undefined
  const step = value - before
  const isOne = Math.abs(step) === 1
  const sent = isRecord(body) ? Object.entries(body) : []
  for (const [key, one] of sent) {
    if (typeof one !== 'number' || one === 0 || Math.abs(one) !== Math.abs(step)) continue
    if (isOne && !amountName.test(key)) continue
    return `«count ${pointer} ${one === step ? '+' : '-'}body /${toPointerToken(key)}»`
  }
  return isOne ? `«count ${pointer} ${step > 0 ? '+1' : '-1'}»` : undefined
}
