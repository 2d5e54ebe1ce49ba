import { createHash } from 'node:crypto'
import { toWire } from '../engine/wire.ts'
import { World } from '../engine/world.ts'
import { loadTwin, twinNames } from '../twins/index.ts'
import { callFor } from './call-for.ts'

/** Every operation of every twin, in one world, twice over; a digest of all bytes, the changes and the time. */
export async function digestOfEverything(seed: string): Promise<string> {
  const twins = await Promise.all(twinNames.map(loadTwin))
  const base = World.create({ twins, seed: 'processes' })
  const world = base.fork({ seed, limits: true })
  const hash = createHash('sha256')
  for (const round of ['first', 'second']) {
    for (const [name, twin] of world.twins) {
      for (const op of twin.contract.operations) {
        const credentials = world.mint(name)
        const call = callFor(world, op, round)
        const headers = { ...authorize(name, credentials), ...call.headers }
        const { status, headers: sent, body } = toWire(twin, world.call(name, { ...call, headers }))
        hash.update(JSON.stringify([name, op.id, status, sent, body]))
      }
    }
  }
  hash.update(JSON.stringify([world.changes(), world.now()]))
  return hash.digest('hex')
}

function authorize(twin: string, credentials: Record<string, string>): Record<string, string> {
  const { bot, api, email } = credentials
  if (twin === 'slack') return { authorization: `Bearer ${bot}` }
  if (twin === 'okta') return { authorization: `SSWS ${api}` }
  return { authorization: `Basic ${Buffer.from(`${email}:${api}`).toString('base64')}` }
}

if (import.meta.main) console.log(await digestOfEverything(process.argv[2]!))
