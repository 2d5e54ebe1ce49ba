import type { Credentials } from '../engine/twin.ts'
import type { World } from '../engine/world.ts'
import { planInbound, type InboundPlan } from './events/inbound.ts'
import type { Subject } from './subject/subject.ts'

/** What trials begin from when their subject reads its settings only once: credentials that hold in every one of them. */
export interface FixedGround {
  world: World
  credentials: Readonly<Record<string, Credentials>>
  inbound: InboundPlan
}

const grounds = new WeakMap<World, Map<string, FixedGround>>()

/** The ground upon a base world; made once, so that every trial has the same credentials. */
export function fixedGroundOn(base: World, inbound: Subject['inbound']): FixedGround {
  const ofBase = grounds.get(base) ?? new Map<string, FixedGround>()
  grounds.set(base, ofBase)
  const key = JSON.stringify(inbound ?? {})
  const known = ofBase.get(key)
  if (known !== undefined) return known
  const world = base.fork({ seed: 'fixed' })
  const credentials: Record<string, Credentials> = {}
  for (const name of world.twins.keys()) credentials[name] = world.mint(name)
  const ground = { world, credentials, inbound: planInbound(world, inbound) }
  world.rows.forgetChanges()
  ofBase.set(key, ground)
  return ground
}
