import type { Exchange } from '../../engine/exchange.ts'
import type { Rows } from '../../engine/rows.ts'
import type { World } from '../../engine/world.ts'
import { mountOf } from './mounts.ts'
import { users } from './state.ts'

/** Through what a caller looks at the rows: base of links, form of rich text, time zone. */
export interface Lens {
  rows: Rows
  /** `https://acme.atlassian.net`, or the gateway's base. */
  site: string
  /** Base of most links: `…/rest/api/3`. */
  api: string
  /** Base of an issue's own link, which says `latest` where that was called (FACTS: latest-self). */
  issueApi: string
  text: 'adf' | 'wiki'
  zone: string
  /** The caller's account, when there is one. */
  account: string | undefined
  /** The scenario's own look: nothing is hidden from it. */
  allSeeing: boolean
  /** Names everything above but the rows, for caches. */
  variant: string
}

/** The lens of a call. */
export function lensOf(exchange: Exchange): Lens {
  const { version, cloudId } = mountOf(exchange)
  const site = cloudId === undefined ? exchange.origin : `${exchange.origin}/ex/jira/${cloudId}`
  const account = exchange.caller?.account
  const zone = (account !== undefined && exchange.rows.get(users, account)?.timeZone) || defaultZone
  const allSeeing = exchange.caller?.allSeeing === true
  return createLens(exchange.rows, { site, version, zone, account, allSeeing })
}

/** The lens of what is sent to subscribers: API v2, in UTC, for nobody in particular. */
export function eventLens(world: World, origin: string): Lens {
  const account = undefined
  return createLens(world.rows, {
    site: origin,
    version: '2',
    zone: defaultZone,
    account,
    allSeeing: false,
  })
}

export const defaultZone = 'Etc/UTC'

interface LensParts {
  site: string
  version: '3' | '2' | 'latest'
  zone: string
  account: string | undefined
  allSeeing: boolean
}

function createLens(rows: Rows, { site, version, zone, account, allSeeing }: LensParts): Lens {
  return {
    rows,
    site,
    api: version === '3' ? `${site}/rest/api/3` : `${site}/rest/api/2`,
    issueApi: `${site}/rest/api/${version}`,
    text: version === '3' ? 'adf' : 'wiki',
    zone,
    account,
    allSeeing,
    variant: `${version}|${site}|${zone}|${allSeeing ? '*' : (account ?? '')}`,
  }
}
