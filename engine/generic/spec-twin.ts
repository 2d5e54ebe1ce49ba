import { tokens } from '../auth.ts'
import type { Contract, SecurityScheme } from '../contract/contract.ts'
import { defineTwin, type Credentials, type Given, type TwinDefinition } from '../twin.ts'
import type { World } from '../world.ts'
import { specErrors } from './errors.ts'
import { giveThing, type GivenThing } from './given.ts'

/** What a scenario says of a thing that is there from the start. */
export interface SpecGiven extends Record<string, Given> {
  thing: Given<GivenThing, Record<string, unknown>>
}

/**
 * A twin of a service of which only the contract is known: it answers generically, with the errors
 * and credentials that the contract tells of.
 *
 * @example
 * const twin = defineSpecTwin({ name: 'petstore', contract: importOpenApi(document).contract })
 */
export function defineSpecTwin(options: {
  name: string
  contract: Contract | (() => Contract)
  hosts?: readonly string[]
  origin?: string
}): TwinDefinition<SpecGiven> {
  const { name, contract, hosts = [`${name}.example`] } = options
  const load = typeof contract === 'function' ? contract : () => contract
  return defineTwin<SpecGiven>({
    name,
    hosts,
    origin: options.origin ?? `https://${hosts[0]!.replace('*', 'acme')}`,
    contract: load,
    tables: [],
    behaviors: {},
    errors: specErrors,
    seed: () => undefined,
    given: { thing: (world: World, props: GivenThing) => giveThing(world, name, props) },
    mint: (world) => mint(world, name),
    allSeeing: () => ({ account: 'scenario', kind: 'all-seeing', allSeeing: true }),
  })
}

/** One credential for each way that the contract lets a caller in: `{ bearer, basic, apiKey }`. */
function mint(world: World, name: string): Credentials {
  const { contract } = world.twins.get(name)!
  const credentials: Credentials = {}
  for (const [scheme, fact] of Object.entries(contract.security)) {
    const kind = kindOf(fact)
    const secret = world.newId({ prefix: `${name}_`, length: 32 })
    const id = kind === 'basic' ? Buffer.from(`user:${secret}`).toString('base64') : secret
    world.rows.insert(tokens, { id, twin: name, kind, account: 'user' })
    credentials[Object.hasOwn(credentials, kind) ? scheme : kind] = id
  }
  if (Object.keys(credentials).length === 0)
    credentials['bearer'] = world.newId({ prefix: `${name}_`, length: 32 })
  return credentials
}

function kindOf(scheme: SecurityScheme): string {
  if (scheme.type === 'apiKey') return 'apiKey'
  return scheme.type === 'http' && scheme.scheme.toLowerCase() === 'basic' ? 'basic' : 'bearer'
}
