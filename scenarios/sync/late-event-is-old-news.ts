import { scenario } from '../../runner/scenario.ts'
import { create, link, move, saidIn } from './_sync.ts'

export default scenario(
  'The channel is told where an issue stands, not where it stood',
  {
    twins: ['jira', 'slack'],
    budget: { calls: 40, writes: 8, seconds: 600 },
    tags: ['sync', 'webhooks', 'order'],
    about:
      'An issue has moved on before the service hears of its first move: an event says that something happened, not how things are.',
  },
  async (kit) => {
    const { step, check, settled } = kit
    const { channel } = await link(kit)
    const key = create(kit, 'Renew the lease')
    await settled('10 minutes')

    await step('the issue runs through to Done before anybody is told', () => {
      for (const to of ['In Progress', 'Done', 'In Progress', 'Done']) move(kit, key, to)
    })
    await settled('10 minutes')

    const lines = saidIn(kit, channel).filter(({ isBot }) => isBot)
    check('it was told at all', lines.length > 1)
    check('the last line says Done', lines.at(-1)!.text.includes('Done'))
    check(
      'no line says it is in progress',
      lines.filter(({ text }) => text.includes('In Progress')),
      [],
    )
  },
)
