import type { World } from '../engine/world.ts'

/** Journals an attempt to reach something that is not a twin. */
export function noteEscape(world: World, target: string, how: string): void {
  const { journal } = world
  journal.add({ kind: 'escape', n: journal.number(), at: world.now(), target, how })
}
