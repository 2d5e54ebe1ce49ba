import { World } from '../engine/world.ts'
import { playTrial } from '../runner/play.ts'
import { loadTwin } from '../twins/index.ts'
import { tenCalls, tenCallsModule } from './ten-calls.ts'

/**
 * A whole trial in this process, as the runner plays it: fork, given, ten calls of the subject
 * through `fetch`, three looks, the difference to the base, verdict. Prints percentiles in ms of wall time.
 */

const base = World.create({ twins: [await loadTwin('okta')], seed: 'bench' })
const times: number[] = []
for (let n = 0; n < 1500; n++) {
  const trial = {
    scenarioId: 'bench/trial',
    scenario: tenCalls,
    seed: String(n),
    plan: { name: 'none', faults: [] },
  }
  const start = performance.now()
  const { verdict, checks } = await playTrial(trial, { base, subject: tenCallsModule })
  if (n >= 500) times.push(performance.now() - start)
  if (verdict !== 'satisfied') throw new Error(`The trial is ${verdict}: ${JSON.stringify(checks)}`)
}
times.sort((a, b) => a - b)
const at = (share: number) => times[Math.floor(times.length * share)]!
console.log(JSON.stringify({ name: 'trial', median: at(0.5), p90: at(0.9), p99: at(0.99) }))
