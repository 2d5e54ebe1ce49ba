import { availableParallelism } from 'node:os'
import { ContainerStage, engineForTests } from '../runner/testing/container-stage.ts'

/**
 * What containers cost: command trials with one call each, in a new container for every one, in one that
 * is kept, and by a process that is kept in it; beside a new process in a lane for every one. Prints a line
 * of JSON: trials a second of each.
 * `node bench/container.ts [trials of each]`
 */

const trials = Number(process.argv[2] ?? 24)
const jobs = availableParallelism()
const engine = await engineForTests()
if (engine === undefined) process.exit(1)
const stage = await ContainerStage.open(engine)

stage.write(
  'once.cjs',
  `const { get } = require('node:https')
const headers = { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN }
get('https://slack.com/api/auth.test', { headers, agent: false }, (reply) => {
  reply.resume()
  reply.on('end', () => console.log(JSON.stringify({ status: reply.statusCode })))
})
`,
)
stage.write(
  'warm.cjs',
  `const { get } = require('node:https')
let env
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { trial } = JSON.parse(line)
  if (trial) {
    env = trial.env
    return console.log('{"ready":true}')
  }
  get('https://slack.com/api/auth.test', { headers: { authorization: 'Bearer ' + env.SLACK_BOT_TOKEN } }, (reply) => {
    reply.resume()
    reply.on('end', () => console.log(JSON.stringify({ status: reply.statusCode })))
  })
})
`,
)

async function perSecond(rest: object, count: number): Promise<number> {
  const subject = await stage.subject(rest)
  let next = 0
  const work = async (until: number): Promise<void> => {
    while (next < until) {
      const { result } = await stage.play(subject, { seed: String(next++) })
      const [why] = result.why
      if (result.verdict !== 'satisfied') throw new Error(`${result.verdict}: ${why?.text}`)
    }
  }
  const all = (until: number) => Promise.all(Array.from({ length: jobs }, () => work(until)))
  // Networks and first containers are made by the first trials, and serve all that follow.
  await all(jobs)
  const begun = performance.now()
  await all(jobs + count)
  const seconds = (performance.now() - begun) / 1000
  await stage.endSubjects()
  return count / seconds
}

const lane = { kind: 'command', command: ['node', 'once.cjs'] }
const lanePerSecond = await perSecond(lane, trials)
const freshPerSecond = await perSecond({ command: ['node', 'once.cjs'] }, trials)
const kept = { command: ['node', 'once.cjs'], warm: 'container' }
const keptPerSecond = await perSecond(kept, trials)
const warm = { command: ['node', 'warm.cjs'], warm: true }
const warmPerSecond = await perSecond(warm, trials * 20)
await stage.close()
console.log(
  JSON.stringify({
    name: 'container',
    jobs,
    lanePerSecond,
    freshPerSecond,
    keptPerSecond,
    warmPerSecond,
  }),
)
process.exit()
