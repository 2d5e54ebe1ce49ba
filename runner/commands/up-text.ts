import { defaultId } from '../../fronts/worlds.ts'
import { clientEnv } from '../client-env.ts'
import { placesOf } from '../place-view.ts'
import type { Stand } from '../stand.ts'

/** What a person reads when the twins stand: where they are, and lines to paste. */
export function describeStand({ server, worlds, admin }: Stand): string {
  const open = worlds.default!
  const lines = [`Backlot stands at ${server.url} (Ctrl-C ends it)`, '']
  for (const [name, place] of Object.entries(placesOf(worlds, open, server.url))) {
    lines.push(`${name.padEnd(8)}${place.url}`)
    const all = Object.entries(clientEnv(open.world, { [name]: place }))
    // The vendor's own variables say it all; the general ones are for services that have none.
    const own = all.filter(([key]) => !key.startsWith('BACKLOT_'))
    for (const [key, value] of own.length > 0 ? own : all) lines.push(`        ${key}=${value}`)
    for (const [kind, token] of Object.entries(place.credentials)) {
      if (!own.some(([, value]) => value === token)) lines.push(`        ${kind} token: ${token}`)
    }
  }
  lines.push('admin   ' + admin.url, `        authorization: Bearer ${admin.token}`, '')
  lines.push(
    `Another world of its own: curl -X POST ${admin.url}/worlds -H 'authorization: Bearer ${admin.token}'`,
    `What happened so far:     curl '${admin.url}/worlds/${defaultId}/journal?limit=20' -H 'authorization: Bearer ${admin.token}'`,
    '',
  )
  return lines.join('\n')
}
