import type { World } from '../engine/world.ts'

/** Journals an attempt to reach something that is not a twin, with the beginning of what would have left. */
export function noteEscape(world: World, target: string, how: string, sent?: string): void {
  const { journal } = world
  const entry = { kind: 'escape' as const, n: journal.number(), at: world.now(), target, how }
  journal.add(sent === undefined ? entry : { ...entry, sent })
}
