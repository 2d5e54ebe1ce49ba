import type { OpenWorld } from '../fronts/worlds.ts'
import { prefixOf, type Worlds } from '../fronts/worlds.ts'
import type { Place } from './client-env.ts'

/** How one twin of a world is reached; the twin's own fields (`apiUrl`, `email` …) stand beside these. */
export interface PlaceView {
  url: string
  tokens: Record<string, string>
  [field: string]: unknown
}

/** Where each twin of an open world stands on a server, with credentials minted for it once. */
export function placesOf(
  worlds: Worlds,
  open: OpenWorld,
  serverUrl: string,
): Record<string, Place> {
  const places: Record<string, Place> = {}
  for (const name of open.world.twins.keys()) {
    const credentials = open.credentials[name] ?? worlds.mint(open.id, name)
    places[name] = { url: serverUrl + prefixOf(open.id, name), credentials }
  }
  return places
}

/** The same as a person or a program reads it. */
export function viewPlaces(
  open: OpenWorld,
  places: Record<string, Place>,
): Record<string, PlaceView> {
  const views: Record<string, PlaceView> = {}
  for (const [name, { url, credentials }] of Object.entries(places)) {
    const { describe } = open.world.twins.get(name)!.definition
    const described = describe?.(open.world, url) ?? {}
    // What comes with a credential, such as the address it belongs to, is told once.
    const tokens = Object.entries(credentials).filter(([kind]) => !(kind in described))
    views[name] = { url, ...described, tokens: Object.fromEntries(tokens) }
  }
  return views
}
