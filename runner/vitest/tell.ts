import type { World } from '../../engine/world.ts'
import { viewExchanges } from '../exchange-view.ts'
import { exchangeLine, inert } from '../report/words.ts'

const shownMax = 60
const bodyMax = 400

/** What happened in a test's world, exchange by exchange, as lines for a person. */
export function tellExchanges(world: World, startMs: number): string {
  const views = viewExchanges(world, { startMs, withBodies: true, addresses: new Map() })
  const lines = views.slice(-shownMax).flatMap((view) => {
    const told = [exchangeLine(view)]
    if (view.by === 'scenario') return told
    if (view.request !== undefined) told.push(`        > ${cut(view.request)}`)
    if (view.reply !== undefined) told.push(`        < ${cut(view.reply)}`)
    return told
  })
  const left = views.length - Math.min(views.length, shownMax)
  const head = left === 0 ? [] : [`    … ${left} before these`]
  return inert([...head, ...lines].join('\n'))
}

function cut(text: string): string {
  return text.length > bodyMax ? `${text.slice(0, bodyMax)}…` : text
}
