import { scenario } from '../../runner/scenario.ts'

export default scenario(
  'Every new bug that nobody has goes to who is on duty, and is begun',
  {
    twins: ['jira'],
    budget: { calls: 80, writes: 30, seconds: 30 },
    tags: ['triage', 'caution'],
    about: 'Stories, bugs of somebody, and bugs that are done are left alone.',
  },
  async (kit) => {
    const { given, subject, step, check, jira, changes, person, random } = kit
    const [onDuty, colleague] = [person(), person()]
    const { accountId } = given.jira.user({ email: onDuty.email, displayName: onDuty.name })
    const other = given.jira.user({ email: colleague.email, displayName: colleague.name })
    given.jira.project({ key: 'TRI', name: 'Triage', lead: other.accountId })
    const make = (props: object) => given.jira.issue({ project: 'TRI', type: 'Bug', ...props })
    const fresh = Array.from({ length: random(2, 6) }, (_, i) => make({ summary: `Bug ${i}` }))
    const left = [
      make({ summary: 'Held', assignee: other.accountId }),
      make({ summary: 'Done', status: 'Done' }),
      make({ summary: 'A wish', type: 'Story' }),
    ]
    const before = left.map(({ id }) => look(id))
    for (const { id } of fresh) {
      changes.allow(`jira.issues[${id}].fields.assignee`, `jira.issues[${id}].fields.status`)
    }

    await step('triage runs', () =>
      subject.post('/triage', { project: 'TRI', onDuty: onDuty.email }),
    )

    for (const { id, key } of fresh) {
      check(`${key} is begun`, look(id), { assignee: accountId, status: 'In Progress' })
    }
    check(
      'the others are as they were',
      left.map(({ id }) => look(id)),
      before,
    )

    function look(id: string) {
      const { assignee, status } = jira.get(`/rest/api/3/issue/${id}?fields=assignee,status`).body
        .fields
      return { assignee: assignee?.accountId ?? null, status: status.name }
    }
  },
)
