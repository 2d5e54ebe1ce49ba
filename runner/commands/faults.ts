import { describeFault } from '../../engine/fault-words.ts'
import type { Fault, FaultPlan } from '../../engine/faults.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { latencyAt } from '../../engine/quantiles.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { twinNames } from '../../twins/index.ts'
import { Bases } from '../bases.ts'
import { findPlan } from '../fault-plans.ts'
import { namedPlans } from '../faults/catalogue.ts'
import { needEffect } from '../faults/check-plans.ts'
import type { NamedPlan } from '../faults/named-plan.ts'
import { readCount, readFlags } from '../flags.ts'
import { seedsFrom } from '../run-subject.ts'

export const faultsHelp = `backlot faults – what can go wrong, as named plans

  backlot faults                              every plan: what it does, and what code does that is up to it
  backlot faults flaky                        one of them
  backlot faults draw 'flaky@slack+slow'      the places that a trial would have
  backlot faults draw down*5s@jira.createIssue --twins okta,jira --seed offboarding/leaver@3
  backlot faults draw ./plan.yaml --seed 1 --count 5

  --twins A,B      the twins of the trial (okta,jira,slack); desk=./twin names one that was learned
  --seed S         the seed; a trial's is scenario@seed (1)
  --count N        so many seeds, one after the other (1)
  --json           as JSON

A plan is names joined by +; after each may stand a variant (expired-token:revoked), a number of places
(rate-limited*5), a time (down*30s), and where it strikes: flaky@slack, down@jira.createIssue,
slow@okta.write. Or a JSON or YAML file. All of it: docs/faults.md.
`

/** Runs `backlot faults`; returns the exit code. */
export async function faults(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('faults', args, {
    twins: { type: 'string', default: twinNames.join(',') },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  })
  const [first, plan, ...rest] = positionals
  if (first !== 'draw') {
    if (plan !== undefined) throw new UsageError(`"${plan}" is one too many.`, see)
    list(first, values.json)
    return 0
  }
  if (plan === undefined || rest.length > 0) {
    throw new UsageError('Draw takes one plan.', {
      fix: "Join several with +: backlot faults draw 'flaky@slack+slow'.",
    })
  }
  const seeds = seedsFrom(values.seed, readCount('--count', values.count, 1))
  const twins = values.twins
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  await draw({ plan, twins, seeds, json: values.json })
  return 0
}

const see = { fix: 'See backlot faults --help.' }

function list(name: string | undefined, json: boolean): void {
  const chosen = name === undefined ? Object.entries(namedPlans) : [[name, need(name)] as const]
  if (json) {
    process.stdout.write(`${JSON.stringify(chosen.map(([one, plan]) => toJson(one, plan)))}\n`)
    return
  }
  const lines = chosen.flatMap(([one, plan]) => tell(one, plan))
  const more = name === undefined ? [`none\n  nothing goes wrong\n`] : []
  process.stdout.write([...more, ...lines].join('\n'))
  if (name === undefined) process.stdout.write(`\n${footer}`)
}

const footer = `Several: slow+flaky. In one place: flaky@slack, down@jira.createIssue, flaky@okta.write.
How often or how long: rate-limited*5, down*30s. The places of a trial: backlot faults draw PLAN.
`

function need(name: string): NamedPlan {
  const plan = Object.hasOwn(namedPlans, name) ? namedPlans[name] : undefined
  if (plan !== undefined) return plan
  const known = Object.keys(namedPlans)
  throw new UsageError(`There is no fault plan "${name}".`, {
    fix: `${didYouMean(name, [...known, 'draw'])} Places are drawn by backlot faults draw PLAN.`,
  })
}

function tell(name: string, plan: NamedPlan): string[] {
  const { about, careful, variants = {} } = plan
  const lines = [name, `  ${about}`, `  careful code ${careful}`, ...takesOf(plan)]
  for (const [variant, { about: what }] of Object.entries(variants)) {
    lines.push(`  ${name}:${variant} – ${what}`)
  }
  return [`${lines.join('\n')}\n`]
}

/** How its figures are written: `takes *5 (places) and *30s (how long)`. */
function takesOf({ number, time }: NamedPlan): string[] {
  const takes: string[] = []
  if (number !== undefined) takes.push(`*5 (${number === 'places' ? 'places' : 'times'})`)
  if (time !== undefined) takes.push('*30s (how long)')
  return takes.length === 0 ? [] : [`  takes ${takes.join(' and ')}`]
}

function toJson(name: string, plan: NamedPlan): object {
  const { about, careful, on, count, within, variants = {} } = plan
  return {
    name,
    about,
    careful,
    strikes: on === 'event' ? 'events' : 'calls',
    on,
    count,
    within,
    number: plan.number ?? null,
    time: plan.time ?? null,
    choices: plan.choices,
    variants: Object.entries(variants).map(([variant, one]) => ({
      name: `${name}:${variant}`,
      about: one.about,
    })),
  }
}

async function draw(wanted: {
  plan: string
  twins: readonly string[]
  seeds: readonly string[]
  json: boolean
}): Promise<void> {
  const { plan, twins, seeds, json } = wanted
  const source = await findPlan(plan)
  const world = await new Bases().of(twins)
  needEffect(source, [world])
  const drawn = seeds.map((seed) => ({ seed, ...source.draw(world, seed) }))
  if (json) {
    const told = drawn.map((one) => ({ ...one, places: one.faults.map(describeFault) }))
    process.stdout.write(`${JSON.stringify(told)}\n`)
    return
  }
  for (const { seed, ...one } of drawn) process.stdout.write(tellDrawn(one, world, seed))
}

function tellDrawn({ name, faults }: FaultPlan, world: World, seed: string): string {
  const twins = [...world.twins.keys()].join(', ')
  const head = `${name}, seed ${seed}, ${twins}\n`
  if (faults.length === 0) return `${head}  nothing goes wrong\n`
  return `${head}${faults.map((fault) => `  ${describeFault(fault)}${tellDraws(fault)}\n`).join('')}`
}

/** What the first calls of a place that is always late are drawn. */
function tellDraws(fault: Fault): string {
  if (fault.action.kind !== 'latency') return ''
  const first = [1, 2, 3, 4, 5].map((ordinal) => latencyAt(fault, fault.at + ordinal - 1))
  return `; the first calls: ${first.join(', ')} ms`
}
