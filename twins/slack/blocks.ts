import { document, type Arguments } from './arguments.ts'
import { checkBlocks } from './block-rules.ts'
import { fail } from './errors.ts'
import type { World } from '../../engine/world.ts'
import type { Block } from './wire.ts'

/** The blocks of a call: undefined when none were sent, refused when they break Block Kit's rules. */
export function readBlocks(args: Arguments): readonly Block[] | undefined {
  const value = document(args, 'blocks')
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return fail('invalid_blocks_format')
  const problems = checkBlocks(value)
  if (problems.length > 0) failBlocks(problems)
  return value as Block[]
}

function failBlocks(problems: readonly string[]): never {
  return fail('invalid_blocks', {
    errors: problems,
    response_metadata: { messages: problems.map((one) => `[ERROR] ${one}`) },
  })
}

/** Blocks as Slack stores them: ids made up where the author gave none, defaults written out. */
export function completeBlocks(world: World, blocks: readonly Block[]): Block[] {
  return blocks.map((block) => {
    const { type, block_id: id, ...rest } = block
    return { type, block_id: id ?? shortId(world), ...(complete(world, rest) as Block) }
  })
}

/** The look of generated block and action ids: `hZpy/`, `T0Pxj`. */
export function shortId(world: World): string {
  return world.newId({ length: 5, alphabet: 'alphanumeric' })
}

const interactive = new Set([
  'button',
  'checkboxes',
  'radio_buttons',
  'overflow',
  'datepicker',
  'timepicker',
  'datetimepicker',
  'plain_text_input',
  'email_text_input',
  'url_text_input',
  'number_input',
  'rich_text_input',
  'file_input',
])

function complete(world: World, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => complete(world, one))
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = {}
  for (const [name, one] of Object.entries(value)) out[name] = complete(world, one)
  const { type } = out
  if (type === 'plain_text') out['emoji'] ??= true
  if (type === 'mrkdwn') out['verbatim'] ??= false
  const isInput = typeof type === 'string' && (interactive.has(type) || type.endsWith('_select'))
  if (isInput) out['action_id'] ??= shortId(world)
  return out
}

/** What a message's `text` says when its author only gave blocks. */
export function textOfBlocks(blocks: readonly Block[]): string {
  const words: string[] = []
  collect(blocks, words)
  return words.join(' ').trim()
}

function collect(value: unknown, words: string[]): void {
  if (Array.isArray(value)) for (const one of value) collect(one, words)
  else if (typeof value === 'object' && value !== null) {
    const { text, alt_text: alt } = value as Record<string, unknown>
    if (typeof text === 'string') words.push(text)
    else if (typeof alt === 'string') words.push(alt)
    for (const one of Object.values(value)) if (typeof one === 'object') collect(one, words)
  }
}

/** Attachments as Slack stores them. */
export function readAttachments(args: Arguments): readonly Block[] | undefined {
  const value = document(args, 'attachments')
  if (value === undefined) return undefined
  if (!Array.isArray(value)) return fail('invalid_attachments')
  if (value.length > 100) fail('too_many_attachments')
  return value.map((one: Record<string, unknown>, i) => {
    const { color, fallback, ...rest } = one
    const shade = typeof color === 'string' ? color.replace(/^#/, '') : undefined
    return {
      id: i + 1,
      ...(shade !== undefined && { color: named[shade] ?? shade }),
      fallback: fallback ?? rest['text'] ?? '[no preview available]',
      ...rest,
    }
  })
}

const named: Record<string, string> = { good: '2eb886', warning: 'daa038', danger: 'a30200' }
