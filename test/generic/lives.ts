import type { Resource } from '../../engine/generic/resource.ts'
import { resourcesOf } from '../../engine/generic/resources.ts'
import type { World } from '../../engine/world.ts'
import { Life, type Lives } from './life.ts'

/** Creates one of everything, reads, lists, changes, deletes it, and looks again. */
export function countLives(world: World, resources?: readonly Resource[]): Lives {
  const twin = [...world.twins.values()][0]!
  const out: Lives = { lives: 0, coherent: 0, broken: [], replies: 0, invalid: [] }
  for (const resource of resources ?? resourcesOf(twin.contract).list) {
    if (!resource.isCreatable) continue
    const life = new Life(world, twin, resource, out)
    out.lives++
    const why = life.live()
    if (why === undefined) out.coherent++
    else out.broken.push(`${resource.home.key}: ${why}`)
  }
  return out
}

/** Looks at everything that can only be looked at, with whatever it hangs under in place. */
export function countLooks(world: World): Pick<Lives, 'replies' | 'invalid'> {
  const twin = [...world.twins.values()][0]!
  const out: Lives = { lives: 0, coherent: 0, broken: [], replies: 0, invalid: [] }
  for (const role of resourcesOf(twin.contract).roles.values()) {
    const { parent } = role.at
    if (role.kind !== 'sample' && role.kind !== 'related') continue
    const above = parent === undefined ? [] : new Life(world, twin, parent, out).make(parent)
    if (above === undefined) continue
    const gap = role.names.slice(above.length).map(() => undefined)
    new Life(world, twin, parent!, out).play(role, [...above, ...gap])
  }
  return out
}
