import { scenario } from '../../runner/scenario.ts'
import { askForSweep, openAccount, statusOf } from './_accounts.ts'

export default scenario(
  'Without the list of those to spare, nobody is suspended',
  {
    twins: ['okta'],
    budget: { calls: 20, writes: 0, seconds: 20 },
    tags: ['accounts', 'caution'],
  },
  async (kit) => {
    const { step, check, person } = kit
    const stale = openAccount(kit, person(), 200)

    const reply = await step('the sweep runs', () => askForSweep(kit))

    check('it says that it failed', reply.status >= 400)
    check('nobody was touched', statusOf(kit, stale), 'ACTIVE')
  },
)
