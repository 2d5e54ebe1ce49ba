/**
 * Block Kit's rules for messages, worded as Slack words them, with the pointer to the place. The
 * blocks that text messages are made of are checked in depth; the newer ones by type only
 * (FACTS: blocks).
 */
export function checkBlocks(blocks: readonly unknown[]): string[] {
  const problems: string[] = []
  const say = (message: string, pointer: string) =>
    problems.push(`${message} [json-pointer:${pointer}]`)
  if (blocks.length > 50) say('no more than 50 items allowed', '/blocks')
  const ids = { block: new Set<string>(), action: new Set<string>() }
  blocks.forEach((block, i) => checkBlock(block, `/blocks/${i}`, say, ids))
  return problems
}

type Say = (message: string, pointer: string) => void
type Value = Record<string, unknown>
interface Ids {
  block: Set<string>
  action: Set<string>
}

const lax = new Set([
  'rich_text',
  'markdown',
  'file',
  'call',
  'video',
  'table',
  'data_table',
  'card',
  'carousel',
  'container',
  'alert',
  'task_card',
  'plan',
  'context_actions',
  'image',
])

/** Fields that a block of a type may have, besides `type` and `block_id`; those with `!` must be there. */
const fields: Record<string, readonly string[]> = {
  section: ['text', 'fields', 'accessory', 'expand'],
  divider: [],
  header: ['text!', 'level'],
  context: ['elements!'],
  actions: ['elements!'],
  input: ['label!', 'element!', 'dispatch_action', 'hint', 'optional'],
}

function checkBlock(block: unknown, at: string, say: Say, ids: Ids): void {
  if (!isObject(block)) return say('failed to match schema', at)
  const { type } = block
  if (type === undefined) return say('missing required field: type', at)
  if (typeof type !== 'string' || !(lax.has(type) || Object.hasOwn(fields, type))) {
    return say(`unsupported type: ${String(type)}`, `${at}/type`)
  }
  takeId(block['block_id'], 'block_id', ids.block, `${at}/block_id`, say)
  if (lax.has(type)) return type === 'image' ? checkImage(block, at, say) : undefined
  checkFields(block, fields[type]!, at, say)
  if (type === 'section') checkSection(block, at, say, ids)
  if (type === 'header' && block['text'] !== undefined) {
    checkText(block['text'], `${at}/text`, 150, say, 'plain_text')
  }
  if (type === 'context') checkContext(block['elements'], `${at}/elements`, say)
  if (type === 'actions') checkActions(block['elements'], `${at}/elements`, say, ids)
  if (type === 'input') checkInput(block, at, say, ids)
}

function checkFields(block: Value, known: readonly string[], at: string, say: Say): void {
  for (const one of known) {
    const name = one.endsWith('!') ? one.slice(0, -1) : one
    if (name !== one && block[name] == null) say(`missing required field: ${name}`, at)
  }
  for (const name of Object.keys(block)) {
    const isKnown = name === 'type' || name === 'block_id' || known.includes(name)
    if (!isKnown && !known.includes(`${name}!`)) say(`invalid additional property: ${name}`, at)
  }
}

function checkSection(block: Value, at: string, say: Say, ids: Ids): void {
  const { text, fields: list, accessory } = block
  if (text == null && list == null) {
    return say('must define either `text` or `fields`', `${at}/type`)
  }
  if (text != null) checkText(text, `${at}/text`, 3000, say)
  if (Array.isArray(list)) {
    checkCount(list, 10, `${at}/fields`, say)
    list.forEach((one, i) => checkText(one, `${at}/fields/${i}`, 2000, say))
  }
  if (isObject(accessory)) checkElement(accessory, `${at}/accessory`, say, ids)
}

function checkContext(elements: unknown, at: string, say: Say): void {
  if (!Array.isArray(elements)) return
  checkCount(elements, 10, at, say)
  elements.forEach((one, i) => {
    if (isObject(one) && one['type'] === 'image') checkImage(one, `${at}/${i}`, say)
    else checkText(one, `${at}/${i}`, 3000, say)
  })
}

function checkActions(elements: unknown, at: string, say: Say, ids: Ids): void {
  if (!Array.isArray(elements)) return
  checkCount(elements, 25, at, say)
  elements.forEach((one, i) => checkElement(one, `${at}/${i}`, say, ids))
}

function checkInput(block: Value, at: string, say: Say, ids: Ids): void {
  if (block['label'] !== undefined) {
    checkText(block['label'], `${at}/label`, 2000, say, 'plain_text')
  }
  if (isObject(block['element'])) checkElement(block['element'], `${at}/element`, say, ids)
}

/** Buttons in depth; other elements by their action id. */
function checkElement(element: unknown, at: string, say: Say, ids: Ids): void {
  if (!isObject(element)) return say('failed to match schema', at)
  if (element['type'] === undefined) return say('missing required field: type', at)
  takeId(element['action_id'], 'action_id', ids.action, `${at}/action_id`, say)
  if (element['type'] !== 'button') return
  if (element['text'] === undefined) say('missing required field: text', at)
  else checkText(element['text'], `${at}/text`, 75, say, 'plain_text')
  checkLength(element['value'], 2000, `${at}/value`, say)
  checkLength(element['url'], 3000, `${at}/url`, say)
}

function checkImage(block: Value, at: string, say: Say): void {
  if (block['alt_text'] === undefined) say('missing required field: alt_text', at)
  checkLength(block['alt_text'], 2000, `${at}/alt_text`, say)
  checkLength(block['image_url'], 3000, `${at}/image_url`, say)
}

/** A text object may be plain or mrkdwn; what fails one of them is told at the parent first (FACTS: blocks). */
function checkText(value: unknown, at: string, max: number, say: Say, only?: 'plain_text'): void {
  const inner: [string, string][] = []
  const note: Say = (message, pointer) => inner.push([message, pointer])
  if (!isObject(value)) note('failed to match schema', at)
  else {
    const { type, text } = value
    const isRight = type === 'plain_text' || (type === 'mrkdwn' && only === undefined)
    if (type === undefined) note('missing required field: type', at)
    else if (!isRight) note(`unsupported type: ${String(type)}`, `${at}/type`)
    if (typeof text !== 'string') note('missing required field: text', at)
    else checkLength(text, max, `${at}/text`, note, 1)
  }
  if (inner.length > 0 && only === undefined) say('failed to match all allowed schemas', at)
  for (const [message, pointer] of inner) say(message, pointer)
}

function checkLength(value: unknown, max: number, at: string, say: Say, min = 0): void {
  if (typeof value !== 'string') return
  if (value.length > max) say(`must be less than ${max + 1} characters`, at)
  if (value.length < min) say(`must be more than ${min - 1} characters`, at)
}

function checkCount(items: readonly unknown[], max: number, at: string, say: Say): void {
  if (items.length > max) say(`no more than ${max} items allowed`, at)
  if (items.length === 0) say('must provide at least 1 items', at)
}

function takeId(id: unknown, name: string, taken: Set<string>, at: string, say: Say): void {
  if (typeof id !== 'string') return
  if (taken.has(id)) say(`\`${name}\` "${id}" already exists`, at)
  else if (id.length > 255) say('must be less than 256 characters', at)
  taken.add(id)
}

function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
