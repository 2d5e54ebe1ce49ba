import { scenario } from '../../runner/scenario.ts'
import { askForSweep, openAccount, robots, statusOf } from './_accounts.ts'

export default scenario(
  'Who was away for a season is suspended; robots and the busy are not',
  {
    twins: ['okta'],
    budget: { calls: 40, writes: 12, seconds: 20 },
    tags: ['accounts', 'caution'],
    about:
      'A service account never signs in, so every sweep would take it, and the releases with it.',
  },
  async (kit) => {
    const { given, step, check, changes, person, random } = kit
    const stale = Array.from({ length: random(1, 5) }, () =>
      openAccount(kit, person(), random(91, 400)),
    )
    const busy = openAccount(kit, person(), random(0, 89))
    const robot = openAccount(kit, person({ firstName: 'Release', lastName: 'Robot' }), 300)
    given.okta.group({ name: robots, members: [robot] })
    // The search for a group finds whatever begins alike (twins/okta/FACTS.md: group-q).
    given.okta.group({ name: `${robots} (retired)`, members: [stale[0]!] })
    for (const id of stale) changes.allow(`okta.users[${id}].status`)
    changes.allow('okta.users[*].statusChanged')

    const reply = await step('the sweep runs', () => askForSweep(kit))

    check('the desk says how many', reply.body, { suspended: stale.length })
    for (const id of stale) check('the stale one is suspended', statusOf(kit, id), 'SUSPENDED')
    check('the busy one works on', statusOf(kit, busy), 'ACTIVE')
    check('so does the robot', statusOf(kit, robot), 'ACTIVE')
  },
)
