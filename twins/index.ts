import { didYouMean } from '../engine/nearest.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { UsageError } from '../engine/usage-error.ts'

/** Every twin we have, loaded when it is asked for. Adding a twin is one folder and one line here. */
const twins = {
  jira: async () => (await import('./jira/twin.ts')).jira,
  okta: async () => (await import('./okta/twin.ts')).okta,
  slack: async () => (await import('./slack/twin.ts')).slack,
}

export type TwinName = keyof typeof twins

/** The definition of a twin that we have, with the types of its makers. */
export type TwinOf<Name extends TwinName> = Awaited<ReturnType<(typeof twins)[Name]>>

export const twinNames = Object.keys(twins) as TwinName[]

/** Loads a twin's definition. Throws a UsageError that names the nearest twin when there is none. */
export async function loadTwin(name: string): Promise<TwinDefinition> {
  if (!Object.hasOwn(twins, name)) {
    throw new UsageError(`There is no twin "${name}".`, { fix: didYouMean(name, twinNames) })
  }
  return (await twins[name as TwinName]()) as unknown as TwinDefinition
}
