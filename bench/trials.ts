import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { History } from '../runner/history/history.ts'
import { runSubject, seedsFrom } from '../runner/run-subject.ts'

/**
 * Trials of a module subject a second, as `backlot run` plays them: the scenario of bench/trial.ts (ten calls, three
 * looks), on one core, on all, and on all with a history. Prints a line for each: `perSecond` of the whole run with
 * loading and scoring, `steady` without the first quarter, in which workers start.
 *
 *   node bench/trials.ts [trials] [jobs]
 */

const [trials = 6000, jobs = availableParallelism()] = process.argv.slice(2).map(Number)
const folder = mkdtempSync(join(tmpdir(), 'bench-trials-'))
const language = new URL('../runner/scenario.ts', import.meta.url).href

writeFileSync(
  join(folder, 'leaver.ts'),
  `import { scenario } from '${language}'
export default scenario('A leaver keeps no access', { twins: ['okta'] },
  async ({ given, subject, step, check, okta, journal, changes }) => {
    const leaver = given.okta.user({ email: 'leaver@bench.example', firstName: 'Lee', lastName: 'Ver' })
    changes.allow(\`okta.users[\${leaver.id}]\`)
    await step('HR reports the leaver', () => subject.post('/hr/leavers', { id: leaver.id }))
    const { body } = okta.get(\`/api/v1/users/\${leaver.id}\`)
    check('the account is closed', body.status, 'DEPROVISIONED')
    check('one deactivation', journal.calls('okta', 'deactivateUser').length, 1)
    check('ten calls', journal.calls('okta').length, 10)
  })
`,
)
writeFileSync(
  join(folder, 'subject.mjs'),
  `export default async ({ body }, { env, fetch }) => {
  const user = env.OKTA_CLIENT_ORGURL + '/api/v1/users/' + body.id
  const headers = { authorization: 'SSWS ' + env.OKTA_CLIENT_TOKEN }
  for (let n = 0; n < 8; n++) await (await fetch(user, { headers })).json()
  await fetch(user + '/sessions', { method: 'DELETE', headers })
  await fetch(user + '/lifecycle/deactivate', { method: 'POST', headers })
  return { status: 200 }
}
`,
)

async function measure(name: string, cores: number, history?: History): Promise<void> {
  const began = performance.now()
  let quarterAt = began
  let endedAt = began
  const { score } = await runSubject({
    paths: [join(folder, 'leaver.ts')],
    subjectFile: join(folder, 'subject.mjs'),
    seeds: seedsFrom('1', trials),
    plans: ['none'],
    jobs: cores,
    history,
    onTrial: (_result, done) => {
      endedAt = performance.now()
      if (done === Math.floor(trials / 4)) quarterAt = endedAt
    },
  })
  if (score.satisfied !== trials) throw new Error(`Not all satisfied: ${JSON.stringify(score)}`)
  const perSecond = (trials / (performance.now() - began)) * 1000
  const steady = ((trials - Math.floor(trials / 4)) / (endedAt - quarterAt)) * 1000
  const line = { name, jobs: cores, perSecond: Math.round(perSecond), steady: Math.round(steady) }
  console.log(JSON.stringify(line))
}

try {
  await measure('one core', 1)
  await measure('all cores', jobs)
  const history = History.open(join(folder, 'history.db'))
  await measure('all cores, kept', jobs, history)
  history.close()
} finally {
  rmSync(folder, { recursive: true })
}
