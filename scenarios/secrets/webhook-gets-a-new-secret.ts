import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'A webhook gets a new secret, and at no moment there is none, or two',
  {
    twins: ['jira'],
    budget: { calls: 20, writes: 6, seconds: 20 },
    tags: ['secrets', 'webhooks'],
    about: 'Jira never tells a secret; that it is signed with the new one shows in what it sends.',
  },
  async (kit) => {
    const { subject, step, check, jira, journal, changes, pick, random } = kit
    const name = pick(['Billing sync', 'Data warehouse', 'Status page'])
    const hook = (title: string) =>
      jira.post('/rest/webhooks/1.0/webhook', {
        name: title,
        url: `https://${title.toLowerCase().replaceAll(' ', '-')}.acme.example/jira`,
        events: ['jira:issue_created'],
        secret: 'the-old-one',
      }).body
    const old = hook(name)
    const other = hook(`${name} (test)`)
    const secret = `s-${random(100_000, 999_999)}`
    changes.allow('engine.subscriptions[*]')

    const reply = await step('the secret is rotated', () =>
      subject.post('/secrets/webhooks', { name, secret }),
    )

    const hooks = jira.get('/rest/webhooks/1.0/webhook').body as {
      name: string
      url: string
      events: string[]
      isSigned: boolean
    }[]
    const same = hooks.filter((one) => one.name === name)
    check('the desk says that it is done', reply.body, { rotated: 1 })
    check('there is one such hook', same.length, 1)
    check('it is signed', same[0]?.isSigned)
    check('it goes where it went', [same[0]?.url, same[0]?.events], [old.url, old.events])
    check('the other one is there still', hooks.filter((one) => one.name === other.name).length, 1)
    const written = journal.calls('jira').filter(({ method }) => method !== 'GET')
    check(
      'the secret was handed over',
      written.some(({ request }) => JSON.stringify(request ?? '').includes(secret)),
    )
    check('none was removed before another stood', written[0]?.op !== 'deleteAdminWebhook')
  },
)
