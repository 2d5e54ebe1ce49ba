import { noWishes, type Wishes } from './filter.ts'

/** Where the reader is: what is wished for, and the trial that is shown. It stands in the page's address, so that it can be sent on. */
export interface Place {
  wishes: Wishes
  trial: number | undefined
}

/** Reads the part of an address after #; undefined where it is no place of ours but a part of the page. */
export function readPlace(hash: string): Place | undefined {
  const text = hash.replace(/^#/, '')
  if (!text.includes('=')) return undefined
  const params = new URLSearchParams(text)
  const wishes = { ...noWishes }
  for (const name of Object.keys(wishes) as (keyof Wishes)[]) wishes[name] = params.get(name) ?? ''
  const trial = params.get('trial') ?? ''
  return { wishes, trial: /^\d+$/.test(trial) ? Number(trial) : undefined }
}

/** The same as an address, from # on. */
export function spellPlace({ wishes, trial }: Place): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(wishes)) if (value !== '') params.set(name, value)
  if (trial !== undefined) params.set('trial', String(trial))
  const text = params.toString()
  return text === '' ? '#trials' : `#${text}`
}
