import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'A question that nobody took up in a day is raised in its thread, once',
  {
    twins: ['slack'],
    budget: { calls: 60, writes: 12, seconds: 30 },
    tags: ['questions', 'idempotence'],
  },
  async (kit) => {
    const { given, subject, step, check, slack, changes, person, random, advance, now } = kit
    const [asker, helper] = [person(), person()]
    for (const one of [asker, helper]) given.slack.user({ email: one.email, real_name: one.name })
    const people = ['acmeassistant', asker.email, helper.email]
    const { id: channel } = given.slack.channel({ name: 'help-me', members: people })
    const say = (text: string, user = asker.email, rest = {}) =>
      given.slack.message({ channel, user, text, ...rest })
    const open = Array.from({ length: random(1, 4) }, (_, i) => say(`How do I do thing ${i}?`))
    const answered = say('Where is the coffee?')
    say('Second floor.', helper.email, { thread_ts: answered.ts })
    const chat = say('The coffee is good today.')
    advance('25 hours')
    const fresh = say('Who knows about printers?')
    const askedBefore = Math.floor(now() / 1000) - 86_400
    changes.allow(`slack.messages[+channel=${channel}]`)
    for (const { ts } of open) changes.allow(`slack.messages[${channel}/${ts}]`)
    const request = { channel: 'help-me', askedBefore, onDuty: helper.firstName }

    await step('the sweep runs', () => subject.post('/sweeps/questions', request))
    advance('1 hour')
    await step('the sweep runs again', () => subject.post('/sweeps/questions', request))

    const repliesTo = (ts: string): { text: string; bot_id?: string }[] =>
      slack
        .get(`/api/conversations.replies?channel=${channel}&ts=${ts}&limit=999`)
        .body.messages.slice(1)
    for (const { ts } of open) {
      check('the open question is raised, once', repliesTo(ts).length, 1)
      check('it says who shall help', repliesTo(ts)[0]?.text.includes(helper.firstName))
    }
    check('the answered one is left alone', repliesTo(answered.ts).length, 1)
    check('so is the chat', repliesTo(chat.ts), [])
    check('and what was asked just now', repliesTo(fresh.ts), [])
  },
)
