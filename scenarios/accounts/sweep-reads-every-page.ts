import { scenario } from '../../runner/scenario.ts'
import { askForSweep, openAccount, robots, statusOf } from './_accounts.ts'

export default scenario(
  'A sweep reads every page of accounts, and every page of those it spares',
  {
    twins: ['okta'],
    budget: { calls: 60, writes: 12, seconds: 30 },
    tags: ['accounts', 'paging'],
  },
  async (kit) => {
    const { given, step, check, changes, person, random } = kit
    // Okta hands out 200 accounts a page at most (twins/okta/FACTS.md: page-sizes).
    const count = random(205, 230)
    const members = Array.from({ length: count }, (_, i) =>
      openAccount(kit, person({ firstName: 'Robot', lastName: `R${i}` }), 300),
    )
    given.okta.group({ name: robots, members })
    const stale = openAccount(kit, person(), 200)
    changes.allow(`okta.users[${stale}].status`, 'okta.users[*].statusChanged')

    await step('the sweep runs', () => askForSweep(kit))

    check('the stale one is suspended', statusOf(kit, stale), 'SUSPENDED')
    check('the first robot works on', statusOf(kit, members[0]!), 'ACTIVE')
    check('the last robot works on', statusOf(kit, members.at(-1)!), 'ACTIVE')
  },
)
