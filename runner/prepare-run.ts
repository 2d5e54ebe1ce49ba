import { checkServices } from './budget/prices.ts'
import { digestSource, digestSubject } from './history/digest.ts'
import { findPlan, type PlanSource } from './fault-plans.ts'
import { loadScenarios, type BrokenScenario, type LoadedScenario } from './load-scenarios.ts'
import { checkPlans } from './faults/check-plans.ts'
import { filesOfPlan } from './faults/language.ts'
import type { RunRequest } from './run-subject.ts'
import { loadSubject } from './subject/load.ts'
import type { Subject } from './subject/subject.ts'
import { namesOfTwins } from './twin-word.ts'

/** What is played, told by sha256 so that two runs can be known to have played the same. */
export interface Sources {
  /** Absent where a subject's files can't be told. */
  subject?: string
  scenarios: Record<string, string>
  /** Of plans that are files. */
  plans: Record<string, string>
}

/** A run with everything loaded. */
export interface Prepared {
  subject: Subject
  scenarios: LoadedScenario[]
  broken: BrokenScenario[]
  plans: PlanSource[]
  sources: Sources
}

/** Loads what a run needs. Throws a UsageError for what a person got wrong. */
export async function prepareRun(request: RunRequest): Promise<Prepared> {
  const [{ scenarios, broken }, plans] = await Promise.all([
    loadScenarios(request.paths),
    Promise.all(request.plans.map(findPlan)).then(eachOnce),
  ])
  if (request.prices !== undefined) {
    checkServices(request.prices, [
      ...new Set(scenarios.flatMap(({ scenario }) => namesOfTwins(scenario.options.twins))),
    ])
  }
  await checkPlans(plans, scenarios)
  const sources = await digestAll(request, scenarios)
  const subject = await loadSubject(request.subjectFile, request.wall)
  return { subject, scenarios, broken, plans, sources }
}

/** Each plan once, whatever it was called: `none+flaky` is `flaky`. */
function eachOnce(plans: readonly PlanSource[]): PlanSource[] {
  return [...new Map(plans.map((one) => [one.name, one])).values()]
}

async function digestAll(
  { subjectFile, plans }: RunRequest,
  scenarios: readonly LoadedScenario[],
): Promise<Sources> {
  const files = [...new Set(plans.flatMap(filesOfPlan))]
  const [subject, ofScenarios, ofPlans] = await Promise.all([
    // `backlot.config.ts#desk` is told by the whole configuration.
    digestSubject(subjectFile.replace(/#[^#]*$/, '')).catch(() => undefined),
    Promise.all(scenarios.map(async ({ id, file }) => [id, await digestSource(file)] as const)),
    Promise.all(files.map(async (file) => [file, await digestSource(file)] as const)),
  ])
  return {
    ...(subject === undefined ? {} : { subject }),
    scenarios: Object.fromEntries(ofScenarios),
    plans: Object.fromEntries(ofPlans),
  }
}
