import { Bases } from '../runner/bases.ts'
import { findPlan } from '../runner/fault-plans.ts'
import { toResult, type RunResult } from '../runner/report/result.ts'
import { scenario } from '../runner/scenario.ts'
import { playRun } from '../runner/schedule.ts'
import { createModuleSubject } from '../runner/subject/module.ts'
import { nothingSubject } from '../runner/subject/nothing.ts'

const planNames = ['none', 'flaky', 'rate-limited', 'lost-after-write', 'stale-reads']
const scenarioCount = 20

/** A run of so many trials, really played in this process: 20 scenarios × 5 plans, 8 to 27 calls each, some of which fall short. */
export async function playBigRun(count: number): Promise<RunResult> {
  const plans = await Promise.all(planNames.map(findPlan))
  const seeds = Array.from({ length: Math.ceil(count / plans.length / scenarioCount) }, (_, i) =>
    String(i + 1),
  )
  const run = { scenarios: scenarios(), bases: new Bases(), jobs: 1 }
  const { trials } = await playRun({ ...run, seeds, plans, subject })
  const controls = await playRun({
    ...run,
    seeds: ['1'],
    plans: plans.slice(0, 1),
    subject: nothingSubject,
  })
  return toResult({
    startedAt: '2026-01-05T09:00:00.000Z',
    wallMs: 1000,
    version: 'bench',
    subject,
    subjectFile: 'subject.json',
    run: { seeds, plans: planNames, jobs: 1, minDepth: 'spec' },
    trials,
    controls: controls.trials,
    broken: [],
    unplayed: 0,
  })
}

function scenarios() {
  return Array.from({ length: scenarioCount }, (_, i) => {
    const one = scenario(
      `A leaver with ${i + 8} things to undo keeps no access`,
      {
        twins: ['okta'],
        tags: [i % 2 === 0 ? 'even' : 'odd', `part-${i % 5}`],
        budget: { calls: 60 },
      },
      async ({ given, subject, step, check, okta, changes }) => {
        const leaver = given.okta.user()
        changes.allow(`okta.users[${leaver.id}]`)
        await step('HR reports the leaver', () =>
          subject.post('/leavers', { id: leaver.id, looks: i + 6 }),
        )
        await step('nothing is left open', () => {
          const { body } = okta.get(`/api/v1/users/${leaver.id}`)
          check('the account is closed', (body as { status: string }).status, 'DEPROVISIONED')
        })
      },
    )
    return { id: `leavers/case-${i + 1}`, file: `leavers/case-${i + 1}.ts`, scenario: one }
  })
}

/** Tries nothing twice, so that it falls short where a fault strikes one of its writes. */
const subject = createModuleSubject(
  async ({ body }, { env, fetch }) => {
    const { id, looks } = body as { id: string; looks: number }
    const user = `${env['OKTA_CLIENT_ORGURL']}/api/v1/users/${id}`
    const headers = { authorization: `SSWS ${env['OKTA_CLIENT_TOKEN']}` }
    for (let n = 0; n < looks; n++) await (await fetch(user, { headers })).json().catch(() => {})
    await fetch(`${user}/sessions`, { method: 'DELETE', headers })
    const { status } = await fetch(`${user}/lifecycle/deactivate`, { method: 'POST', headers })
    return { status, body: {} }
  },
  { name: 'bench', reach: 'fetch', env: {}, timeoutMs: 5000 },
)
