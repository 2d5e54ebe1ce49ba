import { Bases } from '../../bases.ts'
import { findPlan } from '../../fault-plans.ts'
import type { LoadedScenario } from '../../load-scenarios.ts'
import { playOne } from '../../play-one.ts'
import { spellTrialId } from '../../trial-id.ts'
import { nothingSubject } from '../../subject/nothing.ts'
import { renameScenario } from './renamed-kit.ts'
import { drawRenaming } from './renaming.ts'

/** Makers of what is no thing of somebody's with a name of its own, but a word that services and code agree on. */
const agreedOn =
  /reaction|emoji|type|status|priority|field|role|label|webhook|user|person|message|session/i

/**
 * Names that a scenario's own file gives to things, and that are nothing but names: those of rooms,
 * groups, projects and the like, the same whatever the seed, and not told as a rule in `about` or
 * `keep`. Not found, and left as they are: names of people (the seed draws them), titles and texts
 * (their meaning may be the task), what the default world holds, and what the scenario only asks for.
 */
export async function findNames(
  loaded: LoadedScenario,
  bases: Bases,
  keep: readonly string[],
): Promise<string[]> {
  const [one, two] = [await namesUnder(loaded, bases, '1'), await namesUnder(loaded, bases, '2')]
  const told = [loaded.scenario.options.about ?? '', ...keep].join('\n').toLowerCase()
  return [...one].filter((name) => two.has(name) && !told.includes(name.toLowerCase()))
}

async function namesUnder(
  { scenario, ...rest }: LoadedScenario,
  bases: Bases,
  seed: string,
): Promise<Set<string>> {
  const names = new Set<string>()
  const asked: string[] = []
  const listening = renameScenario(scenario, drawRenaming([], seed), {
    onAsked: (path) => asked.push(path.toLowerCase()),
    onGiven: ({ maker, props }) => {
      const { name } = (props ?? {}) as { name?: unknown }
      if (agreedOn.test(maker.slice(maker.indexOf('.')))) return
      if (typeof name === 'string' && name.length > 3 && /\p{L}{3}/u.test(name)) names.add(name)
    },
  })
  const plan = await findPlan('none')
  const loaded = { ...rest, scenario: listening }
  const id = spellTrialId({ scenario: rest.id, seed, plan: plan.name })
  await playOne({ id, loaded, plan, seed, isFirst: false }, { subject: nothingSubject, bases })
  // An address at the subject is agreed on, whatever else goes by its name.
  const isAddress = (name: string): boolean =>
    asked.some((path) => path.split(/[/?&=]/).includes(name.toLowerCase()))
  return new Set([...names].filter((name) => !isAddress(name)))
}
