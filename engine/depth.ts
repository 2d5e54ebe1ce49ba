/** How well an operation is known: shape only, learned from traffic, written by hand, compared with the real thing. */
export type Depth = 'spec' | 'learned' | 'behaved' | 'checked'

const order: readonly Depth[] = ['spec', 'learned', 'behaved', 'checked']

/** Every depth, from shallow to deep. */
export const depths = order

/** Whether `depth` is shallower than `least`. */
export function isShallower(depth: Depth, least: Depth): boolean {
  return order.indexOf(depth) < order.indexOf(least)
}
