import type { Credentials } from '../engine/twin.ts'
import type { World } from '../engine/world.ts'

/** Where a twin stands for one trial, and what opens it. */
export interface Place {
  url: string
  credentials: Credentials
}

/**
 * The settings by which a subject finds its twins: those of the official clients, and for any other
 * client `BACKLOT_<TWIN>_URL` and `BACKLOT_<TWIN>_<CREDENTIAL>`.
 */
export function clientEnv(world: World, places: Record<string, Place>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, { url, credentials }] of Object.entries(places)) {
    const upper = toEnvName(name)
    env[`BACKLOT_${upper}_URL`] = url
    for (const [kind, value] of Object.entries(credentials)) {
      env[`BACKLOT_${upper}_${toEnvName(kind)}`] = value
    }
    Object.assign(env, world.twins.get(name)!.definition.clientEnv?.(url, credentials))
  }
  return env
}

/** `apiToken` as `API_TOKEN`. */
function toEnvName(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toUpperCase()
}
