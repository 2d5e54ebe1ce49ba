import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ContainerStage, engineForTests } from '../testing/container-stage.ts'

const engine = await engineForTests()

describe.skipIf(engine === undefined)('a container', () => {
  let stage: ContainerStage
  beforeAll(async () => {
    stage = await ContainerStage.open(engine!)
  }, 60_000)
  afterAll(() => stage.close())

  it('leads hosts that are written into the code to the twins', async () => {
    stage.write(
      'ask.mjs',
      `import { readFileSync, writeFileSync } from 'node:fs'
const post = (url) => fetch(url, { method: 'POST', headers: { authorization: 'Bearer ' + process.env.SLACK_BOT_TOKEN } }).then((r) => r.json())
const { ok } = await post('https://slack.com/api/auth.test')
writeFileSync('/tmp/x', 'x')
console.log(JSON.stringify({ status: 200, body: [ok, process.getuid(), process.cwd(), process.env.SLACK_API_URL] }))
`,
    )
    const subject = await stage.subject({ command: ['node', 'ask.mjs'] })
    const { reply, result, escapes } = await stage.play(subject)
    expect(reply.problem).toBeUndefined()
    expect(reply).toMatchObject({
      status: 200,
      body: [true, 1000, '/work', 'https://slack.com/api/'],
    })
    expect([result.verdict, escapes]).toEqual(['satisfied', []])
  })
})
