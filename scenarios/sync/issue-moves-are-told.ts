import { scenario } from '../../runner/scenario.ts'
import { create, link, move, saidIn } from './_sync.ts'

export default scenario(
  'Who follows the channel knows where an issue stands',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 40, writes: 8, seconds: 30 },
    tags: ['sync', 'webhooks'],
    about:
      'Jira tells the service by webhook; each issue has a thread, each of its moves one line.',
  },
  async (kit) => {
    const { step, check, must, settled, pick } = kit
    const { channel } = await link(kit)
    const summary = pick(['Ship the spring catalogue', 'Move the warehouse', 'Count the stock'])
    const told = () => saidIn(kit, channel).filter(({ isBot }) => isBot)

    const key = await step('somebody creates an issue', () => create(kit, summary))
    await settled('10 minutes')
    must('the channel was told', told().length > 0)
    check(
      'it says which and what',
      told()[0]!.text,
      (text) => text.includes(key) && text.includes(summary),
    )

    for (const to of ['In Progress', 'Done']) {
      await step(`it is moved to ${to}`, () => move(kit, key, to))
      await settled('10 minutes')
      check(`the last line says ${to}`, told().at(-1)!.text.includes(to))
    }
    check('nothing was told twice', told().length, 3)
  },
)
