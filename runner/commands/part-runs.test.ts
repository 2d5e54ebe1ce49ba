import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mergeResults, type ShardResult } from '../merge-results.ts'
import type { RunResult } from '../report/result.ts'
import { readRunOptions } from './run-options.ts'
import {
  CommandLine,
  greetedScenario,
  greeterModule,
  language,
  steady,
} from '../testing/command-line.ts'

const line = new CommandLine()

/** Falls short for a fifth of all channels, as a language model would: by what it is asked, not by luck. */
const moody = `const sum = [...body.channel].reduce((sum, one) => sum + one.charCodeAt(0), 0)
  if (sum % 5 === 0) return { status: 500 }`

beforeAll(() => {
  line.write('greeted.ts', greetedScenario())
  line.write('again.ts', greetedScenario('Greeted again'))
  line.write('third.ts', greetedScenario('Greeted for the third time'))
  line.write(
    'idle.ts',
    greetedScenario('Nothing is asked').replace(/check\(.*\n/, "check('yes', true)\n"),
  )
  line.write('quick.mjs', greeterModule())
  line.write('moody.mjs', greeterModule(moody))
})
afterAll(() => line.end())

async function run(
  subject: string,
  ...rest: string[]
): Promise<{ code: number | null; result: RunResult }> {
  const files = ['greeted.ts', 'again.ts', 'third.ts']
  const said = await line.backlot(
    'run',
    ...files,
    '--subject',
    subject,
    '--no-history',
    '--json',
    ...rest,
  )
  expect(said.err).toBe('')
  return { code: said.code, result: JSON.parse(said.out) as RunResult }
}

describe('shards', () => {
  const asked = ['--trials', '7', '--faults', 'none,lost-after-write']

  it('merge into the result that one run gives', async () => {
    const whole = await run('moody.mjs', ...asked)
    const shards = ['1/3', '2/3', '3/3'].map((shard, i) =>
      run('moody.mjs', ...asked, '--shard', shard, '--report', `${i + 1}.json`),
    )
    const counts = (await Promise.all(shards)).map(({ result }) => result.trials.length)
    expect(counts).toEqual([14, 14, 14])
    const merged = await line.backlot(
      'merge',
      '3.json',
      '1.json',
      '2.json',
      '--json',
      '--report',
      'all.html',
    )
    expect(merged.code).toBe(whole.code)
    expect(steady(JSON.parse(merged.out) as RunResult)).toEqual(steady(whole.result))
    const gated = await line.backlot('merge', '1.json', '2.json', '3.json', '--gate', '0.1')
    expect(gated.code).toBe(0)
    expect(gated.out).toMatch(/gate +passed: at least 10 % was asked/)
  })

  it('merge from histories as well', async () => {
    const args = ['run', 'greeted.ts', '--subject', 'quick.mjs', '--trials', '5', '--json']
    await line.backlot(...args, '--shard', '1/2', '--history', 'a.db')
    await line.backlot(...args, '--shard', '2/2', '--history', 'b.db')
    const merged = await line.backlot('merge', 'a.db', 'b.db#1', '--json')
    expect((JSON.parse(merged.out) as RunResult).trials.map(({ seed }) => seed)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
    ])
  })

  it('refuse what does not belong together, and say why', async () => {
    const [one, two, three] = ['1', '2', '3'].map((name) => {
      return { file: `${name}.json`, result: line.readResult(`${name}.json`) }
    }) as [ShardResult, ShardResult, ShardResult]
    const other = (change: Partial<RunResult>): ShardResult => {
      return { file: 'other.json', result: { ...two.result, ...change } }
    }
    const refuses = (message: RegExp, ...shards: ShardResult[]): void =>
      expect(() => mergeResults(shards)).toThrow(message)
    refuses(/Of 3 shards, 2 is missing\. Play it with --shard 2\/3/, one, three)
    refuses(/^1\.json: Shard 1 of 3 is in 1\.json as well/, one, two, three, one)
    const { run, sources, versions, trials } = two.result
    const digest = { ...sources!, subject: 'another' }
    refuses(
      /^other\.json: It is of other subjects than 1\.json/,
      one,
      other({ sources: digest }),
      three,
    )
    const later = { ...versions, backlot: '99' }
    refuses(/It is of other versions than/, one, other({ versions: later }), three)
    refuses(/other seeds than/, one, other({ run: { ...run, seeds: ['9'] } }), three)
    refuses(/other fault plans than/, one, other({ run: { ...run, plans: ['none'] } }), three)
    refuses(/Shard 2 was interrupted: 4 trials were not played/, one, other({ unplayed: 4 }), three)
    const stray = [...trials, one.result.trials[0]!]
    refuses(/The trial .* does not belong to shard 2 of 3/, one, other({ trials: stray }), three)
    const { shard: _shard, ...whole } = run
    refuses(/This is no shard but a whole run/, other({ run: whole }))
    const { code, err, out } = await line.backlot('merge', '1.json', '3.json')
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/2 is missing/)
  })

  it.each(['0/3', '4/3', 'x', '1'])('are not called %s', async (shard) => {
    const asked = readRunOptions(['--subject', 'quick.mjs', '--shard', shard])
    await expect(asked).rejects.toThrow(/^--shard: .* is no shard/)
  })
})

describe('a gate', () => {
  it('ends a run as soon as its answer is sure, with the same trials whatever the jobs', async () => {
    const [one, many] = await Promise.all([
      run('quick.mjs', '--trials', '60', '--gate', '0.9', '--jobs', '1'),
      run('quick.mjs', '--trials', '60', '--gate', '0.9', '--jobs', '7'),
    ])
    expect(one.code).toBe(0)
    expect(steady(many!.result)).toEqual(steady(one!.result))
    const { gate, stopped, trials, unplayed } = one.result
    expect(gate).toMatchObject({ at: 0.9, alpha: 0.05, beta: 0.05, passed: true, how: 'evidence' })
    expect(stopped).toMatchObject({ by: 'gate', passed: true, saved: gate!.saved })
    expect(trials.length + gate!.saved).toBe(180)
    expect(gate!.saved).toBeGreaterThan(130)
    expect(unplayed).toBe(0)
    // Not one scenario after the other.
    expect(new Set(trials.map(({ scenario }) => scenario)).size).toBe(3)
  })

  it('fails a subject that falls short, after few trials', async () => {
    const { code, result } = await run('moody.mjs', '--trials', '60', '--gate', '0.99')
    expect(code).toBe(1)
    expect(result.gate).toMatchObject({ passed: false, how: 'evidence' })
    expect(result.gate!.saved).toBeGreaterThan(100)
  })

  it('passes what falls short now and then, when it is played to the end', async () => {
    const { code, result } = await run(
      'moody.mjs',
      '--trials',
      '4',
      '--gate',
      '0.5',
      '--alpha',
      '0.000001',
    )
    expect(result.score.unsatisfied).toBeGreaterThan(0)
    expect(result.gate).toMatchObject({ passed: true, alpha: 0.000001 })
    expect(code).toBe(0)
  })

  it.each([
    [['--gate', '1.5'], /^--gate: "1.5" is no number above 0 and up to 1/],
    [['--gate', '0.9', '--alpha', '2'], /^--alpha: /],
    [['--alpha', '0.1'], /^--alpha: It belongs to a gate\. Add --gate 0\.9/],
    [['--gate', '0.9', '--shard', '1/2'], /--gate asks for the whole run, --shard for a part/],
  ])('is not asked with %j', async (args, message) => {
    const asked = readRunOptions(['greeted.ts', '--subject', 'quick.mjs', ...args])
    await expect(asked).rejects.toThrow(message)
  })
})

describe('a budget of the run', () => {
  it('ends it, keeps what was played, and is the same whatever the jobs', async () => {
    const [one, many] = await Promise.all([
      run('quick.mjs', '--trials', '40', '--budget', 'calls=25,bytes=1000000', '--jobs', '1'),
      run('quick.mjs', '--trials', '40', '--budget', 'calls=25,bytes=1000000', '--jobs', '5'),
    ])
    expect(one.code).toBe(1)
    expect(one.result.trials).toHaveLength(26)
    expect(one.result.spending).toMatchObject({ calls: 26, writes: 26, bytes: expect.any(Number) })
    expect(one.result.spending!.bytes).toBeGreaterThan(26 * 20)
    expect(one.result.stopped).toEqual({
      by: 'budget',
      why: "the run's budget is spent: 26 calls of 25",
      saved: 94,
    })
    expect(steady(many!.result)).toEqual(steady(one!.result))
  })

  it('counts money by a price list, rounded to no dust', async () => {
    line.write('prices.json', '{ "slack": 0.1, "slack chat.postMessage": 0.01 }')
    const args = ['--prices', 'prices.json', '--trials', '40', '--budget', 'usd=0.5']
    const { result } = await run('quick.mjs', ...args)
    expect(result.spending!.usd).toBe(0.51)
    expect(result.trials).toHaveLength(51)
    const bare = await line.backlot('run', '--subject', 'quick.mjs', '--budget', 'usd=1')
    expect(bare.err).toMatch(/^--budget: A budget of "usd" needs prices/)
    line.write('slip.json', '{ "slak": 1 }')
    const slip = await line.backlot(
      'run',
      'greeted.ts',
      '--subject',
      'quick.mjs',
      '--prices',
      'slip.json',
    )
    expect(slip.err).toMatch(/^--prices: The price list has "slak"\. Did you mean "slack"\?/)
  })

  it.each([
    ['call=3', /A budget has no "call"\. Did you mean "calls"/],
    ['calls', /"" is no number of calls/],
    ['calls=-1', /"-1" is no number of calls/],
  ])('is not %s', async (text, message) => {
    const asked = readRunOptions(['greeted.ts', '--subject', 'quick.mjs', '--budget', text])
    await expect(asked).rejects.toThrow(message)
  })
})

describe('a budget of a scenario', () => {
  it('limits tokens of a language model behind a twin that was made from a document, and money', async () => {
    line.write('llm.yaml', llm)
    line.write(
      'llm-prices.json',
      '{ "llm": { "inputUsdPerMillion": 1000, "outputUsdPerMillion": 2000 } }',
    )
    const source = (budget: string) => `import { scenario } from '${language}'
export default scenario('The model is asked', { twins: ['llm=./llm.yaml'], budget: ${budget} }, async (kit) => {
  kit.changes.allow('engine.things[*]')
  await kit.subject.run()
  kit.check('asked twice', kit.journal.calls('llm').length, 2)
})
`
    line.write('frugal.ts', source('{ tokens: 100 }'))
    line.write('dear.ts', source('{ usd: 0.2 }'))
    line.write('plenty.ts', source('{ tokens: 1000, usd: 9, bytes: 10000 }'))
    line.write('asker.mjs', asker)
    const args = [
      'frugal.ts',
      'dear.ts',
      'plenty.ts',
      '--subject',
      'asker.mjs',
      '--trials',
      '1',
      '--no-history',
      '--json',
    ]
    const { out, err } = await line.backlot('run', ...args, '--prices', 'llm-prices.json')
    expect(err).toBe('')
    const { trials } = JSON.parse(out) as RunResult
    const told = Object.fromEntries(
      trials.map(({ scenario, why }) => [scenario, why.map(({ text }) => text)]),
    )
    expect(told).toEqual({
      frugal: ['over budget: 140 tokens of 100'],
      dear: ['over budget: 0.22 usd of 0.2'],
      plenty: [],
    })
    expect(trials.find(({ scenario }) => scenario === 'plenty')!.budget).toMatchObject({
      tokens: { used: 140, most: 1000 },
      usd: { used: 0.22, most: 9 },
      bytes: { used: expect.any(Number), most: 10_000 },
    })
    const replay = ['replay', 'dear@1', '--subject', 'asker.mjs', '--prices', 'llm-prices.json']
    expect((await line.backlot(...replay)).out).toContain('over budget: 0.22 usd of 0.2')
    const bare = await line.backlot('run', ...args)
    expect((JSON.parse(bare.out) as RunResult).broken).toMatchObject([
      { id: 'dear', what: 'A budget of "usd" needs prices.', where: { line: 2 } },
      { id: 'plenty', what: 'A budget of "usd" needs prices.' },
    ])
  })
})

/** Two calls of 30 tokens in and 40 out. */
const asker = `export default async (_request, { env, fetch }) => {
  for (let i = 0; i < 2; i++) {
    const reply = await fetch(env.BACKLOT_LLM_URL + '/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer ' + env.BACKLOT_LLM_TOKEN },
      body: JSON.stringify({ model: 'm', messages: [] }),
    })
    if (!reply.ok) return { status: reply.status, body: await reply.text() }
    await reply.json()
  }
  return { status: 200 }
}
`

const llm = `openapi: 3.1.0
info: { title: llm, version: '1' }
servers: [{ url: https://llm.example }]
paths:
  /v1/chat/completions:
    post:
      operationId: createChatCompletion
      requestBody:
        content: { application/json: { schema: { type: object } } }
      responses:
        '200':
          description: an answer
          content:
            application/json:
              schema:
                type: object
                required: [id, model, usage]
                properties:
                  id: { type: string }
                  model: { const: m }
                  usage:
                    type: object
                    required: [prompt_tokens, completion_tokens]
                    properties:
                      prompt_tokens: { type: integer, const: 30 }
                      completion_tokens: { type: integer, const: 40 }
  /v1/chat/completions/{id}:
    get:
      operationId: getChatCompletion
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        '200':
          description: the same answer
          content:
            application/json:
              schema: { type: object, properties: { id: { type: string } } }
`
