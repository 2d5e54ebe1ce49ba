import type { World } from '../../engine/world.ts'

/** An account id of the form that new accounts get. */
export function newAccountId(world: World): string {
  return `712020:${world.newUuid()}`
}

/** An API token of the form that the service gives out. */
export function newApiToken(world: World): string {
  const body = world.newId({ length: 160 })
  const check = world.newId({ length: 8, alphabet: 'hex' }).toUpperCase()
  return `ATATT3xFfGF0${body}=${check}`
}
