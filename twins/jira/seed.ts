import type { Person } from '../../engine/cast.ts'
import type { World } from '../../engine/world.ts'
import { adminGroup } from './access.ts'
import { newAccountId } from './accounts.ts'
import { given } from './given.ts'
import type { CustomField } from './records.ts'
import {
  customFields,
  groups,
  issueTypes,
  linkTypes,
  memberships,
  priorities,
  resolutions,
  statuses,
  users,
} from './state.ts'
import { statusIds } from './workflow.ts'

/** The group that gives access to the site. */
export const userGroup = 'jira-software-users'

/** Fills a new world: Acme's people, three projects, a little work (constants: FACTS, site). */
export function seed(world: World, cast: readonly Person[]): void {
  seedLists(world)
  for (const name of [userGroup, adminGroup, 'partners'])
    world.rows.insert(groups, { groupId: world.newUuid(), name })
  for (const person of cast) seedPerson(world, person)
  seedWork(world, cast)
}

function seedLists({ rows }: World): void {
  rows.insert(statuses, { id: statusIds.toDo, name: 'To Do', description: '', category: 2 })
  rows.insert(statuses, {
    id: statusIds.inProgress,
    name: 'In Progress',
    description: 'This work item is being actively worked on at the moment by the assignee.',
    category: 4,
  })
  rows.insert(statuses, { id: statusIds.done, name: 'Done', description: '', category: 3 })
  rows.insert(statuses, {
    id: statusIds.waiting,
    name: 'Waiting for customer',
    description: '',
    category: 4,
  })
  for (const [id, name, statusColor] of priorityRows) {
    rows.insert(priorities, {
      id,
      name,
      statusColor,
      description: priorityWords[name]!,
      icon: `${name.toLowerCase()}_new.svg`,
    })
  }
  for (const [id, name, description] of resolutionRows)
    rows.insert(resolutions, { id, name, description })
  for (const [id, name, inward, outward] of linkTypeRows)
    rows.insert(linkTypes, { id, name, inward, outward })
  for (const [id, name, hierarchyLevel, avatarId, description] of issueTypeRows) {
    rows.insert(issueTypes, {
      id,
      name,
      description,
      avatarId,
      subtask: hierarchyLevel < 0,
      hierarchyLevel,
    })
  }
  for (const field of customFieldRows) rows.insert(customFields, field)
}

const priorityRows = [
  ['1', 'Highest', '#d04437'],
  ['2', 'High', '#f15C75'],
  ['3', 'Medium', '#f79232'],
  ['4', 'Low', '#707070'],
  ['5', 'Lowest', '#999999'],
] as const

const priorityWords: Record<string, string> = {
  Highest: 'This problem will block progress.',
  High: 'Serious problem that could block progress.',
  Medium: 'Has the potential to affect progress.',
  Low: 'Minor problem or easily worked around.',
  Lowest: 'Trivial problem with little or no impact on progress.',
}

const resolutionRows = [
  ['10000', 'Done', 'Work has been completed on this issue.'],
  ['10001', "Won't Do", "This issue won't be actioned."],
  ['10002', 'Duplicate', 'The problem is a duplicate of an existing issue.'],
  [
    '10003',
    'Cannot Reproduce',
    'All attempts at reproducing this issue failed, or not enough information was available.',
  ],
] as const

const linkTypeRows = [
  ['10000', 'Blocks', 'is blocked by', 'blocks'],
  ['10001', 'Cloners', 'is cloned by', 'clones'],
  ['10002', 'Duplicate', 'is duplicated by', 'duplicates'],
  ['10003', 'Relates', 'relates to', 'relates to'],
] as const

const issueTypeRows = [
  ['10000', 'Epic', 1, 10307, 'Epics track collections of related bugs, stories, and tasks.'],
  ['10001', 'Story', 0, 10315, 'Stories track functionality or features expressed as user goals.'],
  ['10002', 'Task', 0, 10318, 'Tasks track small, distinct pieces of work.'],
  [
    '10003',
    'Sub-task',
    -1,
    10316,
    'Subtasks track small pieces of work that are part of a larger task.',
  ],
  ['10004', 'Bug', 0, 10303, 'Bugs track problems or errors.'],
] as const

const customFieldRows: CustomField[] = [
  custom(10014, 'Epic Link', 'any', 'com.pyxis.greenhopper.jira:gh-epic-link'),
  custom(
    10015,
    'Start date',
    'date',
    'com.atlassian.jira.plugin.system.customfieldtypes:datepicker',
  ),
  custom(10016, 'Story point estimate', 'number', 'com.pyxis.greenhopper.jira:jsw-story-points'),
  custom(10019, 'Rank', 'any', 'com.pyxis.greenhopper.jira:gh-lexo-rank'),
  custom(10020, 'Sprint', 'array', 'com.pyxis.greenhopper.jira:gh-sprint', 'json'),
  custom(
    10021,
    'Flagged',
    'array',
    'com.atlassian.jira.plugin.system.customfieldtypes:multicheckboxes',
    'option',
  ),
]

function custom(
  number: number,
  name: string,
  type: string,
  kind: string,
  items?: string,
): CustomField {
  const schema = { type, ...(items !== undefined && { items }), custom: kind, customId: number }
  return { id: `customfield_${number}`, name, schema }
}

function seedPerson(world: World, person: Person): void {
  const { rows } = world
  const user = rows.insert(users, {
    accountId: newAccountId(world),
    accountType: 'atlassian',
    emailAddress: person.email,
    displayName: `${person.firstName} ${person.lastName}`,
    active: true,
    timeZone: 'Etc/UTC',
    locale: 'en_US',
  })
  const names = person.guest ? ['partners'] : person.admin ? [userGroup, adminGroup] : [userGroup]
  for (const name of names) {
    rows.insert(memberships, {
      groupId: rows.find(groups, 'name', name)!.groupId,
      accountId: user.accountId,
    })
  }
}

function seedWork(world: World, cast: readonly Person[]): void {
  const emails = cast.map(({ email }) => email)
  const who = (name: string) => emails.find((email) => email.startsWith(name)) ?? emails[0]
  const lead = (name: string) => ({ lead: who(name)! })
  if (emails.length === 0) return
  given.project(world, { key: 'ENG', name: 'Engineering', ...lead('grace') })
  given.project(world, { key: 'SUP', name: 'Support', ...lead('mia'), workflow: 'resolve' })
  given.project(world, { key: 'OPS', name: 'Operations', ...lead('tom') })
  const work = [
    ['ENG', 'Move the build to the new runners', 'Story', 'omar', 'In Progress', 'High'],
    ['ENG', 'Login page flickers on slow networks', 'Bug', 'lena', 'To Do', 'Medium'],
    ['ENG', 'Write the service handbook', 'Task', 'lena', 'Done', 'Low'],
    ['SUP', 'Customer cannot download an invoice', 'Task', 'kenji', 'In Progress', 'High'],
    ['SUP', 'Collect the questions of the week', 'Task', 'mia', 'To Do', 'Medium'],
    ['OPS', 'Rotate the certificates', 'Task', 'tom', 'To Do', 'Highest'],
    ['OPS', 'Clean up old backups', 'Task', undefined, 'To Do', 'Lowest'],
  ] as const
  for (const [project, summary, type, assignee, status, priority] of work) {
    given.issue(world, {
      project,
      summary,
      type,
      status,
      priority,
      ...(assignee !== undefined && { assignee: who(assignee)! }),
      comments: status === 'In Progress' ? ['Work has begun.'] : [],
    })
  }
}
