import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'Access for a time ends on its day, and only that',
  {
    twins: ['okta', 'jira'],
    budget: { calls: 80, writes: 12, seconds: 30 },
    tags: ['access', 'sweep', 'caution'],
    about:
      'A Jira task labelled temporary-access says who is in which group, and is due when that ends.',
  },
  async (kit) => {
    const { given, subject, step, check, okta, jira, changes, person, random, now } = kit
    const today = new Date(now()).toISOString().slice(0, 10)
    const day = (n: number): string => new Date(now() + n * 86_400_000).toISOString().slice(0, 10)
    given.jira.project({ key: 'ACC', name: 'Access' })
    const group = given.okta.group({ name: 'Production access' })
    const other = given.okta.group({ name: 'Production access (read only)' })
    const enter = (duedate: string | undefined, status = 'To Do') => {
      const { firstName, lastName, email } = person()
      const user = given.okta.user({ firstName, lastName, email, groups: [group.id, other.id] })
      const summary = `${email} is in Production access`
      const task = given.jira.issue({
        project: 'ACC',
        summary,
        status,
        labels: ['temporary-access'],
        ...(duedate !== undefined && { duedate }),
      })
      return { user: user.id, task: task.id }
    }
    const due = [
      enter(today),
      ...Array.from({ length: random(1, 3) }, () => enter(day(-random(1, 40)))),
    ]
    const left = [enter(day(1)), enter(undefined), enter(day(-3), 'Done')]
    for (const { user, task } of due) {
      changes.allow(
        `okta.memberships[userId=${user}]`,
        `jira.issues[${task}].fields.status`,
        `jira.issues[${task}].fields.resolution`,
        `jira.issues[${task}].fields.resolutiondate`,
      )
    }
    const groupsOf = (user: string): string[] =>
      okta
        .get<{ id: string }[]>(`/api/v1/users/${user}/groups`)
        .body.map(({ id }) => id)
        .filter((id) => id === group.id || id === other.id)
        .sort()
    const both = [group.id, other.id].sort()

    await step('the sweep runs', () => subject.post('/sweeps/access', { project: 'ACC', today }))
    await step('the sweep runs again', () =>
      subject.post('/sweeps/access', { project: 'ACC', today }),
    )

    for (const { user, task } of due) {
      check('that access is over, the other is not', groupsOf(user), [other.id])
      const { fields } = jira.get(`/rest/api/3/issue/${task}?fields=status`).body
      check('its task is done', fields.status.name, 'Done')
    }
    for (const { user } of left) check('whose day has not come stays', groupsOf(user), both)
  },
)
