import type { Rows } from '../../engine/rows.ts'
import type { Issue } from './records.ts'
import { projects } from './state.ts'

/** A way from one status to another. */
export interface Transition {
  id: string
  name: string
  /** Status id. */
  to: string
  /** Status ids it starts from; absent: from anywhere. */
  from?: readonly string[]
  /** The fields of its screen; absent: it has none. */
  screen?: readonly { field: string; required: boolean }[]
}

export interface Workflow {
  name: string
  /** Status ids, in order; new issues begin in the first. */
  statuses: readonly string[]
  transitions: readonly Transition[]
}

/** Ids of the seeded statuses. */
export const statusIds = {
  toDo: '10000',
  inProgress: '3',
  done: '10001',
  waiting: '10002',
} as const

/** The workflows that projects can have. */
export const workflows: Readonly<Record<string, Workflow>> = {
  // The one that new software projects get: every status from every other (FACTS: default-workflow).
  default: {
    name: 'Software Simplified Workflow',
    statuses: [statusIds.toDo, statusIds.inProgress, statusIds.done],
    transitions: [
      { id: '11', name: 'To Do', to: statusIds.toDo },
      { id: '21', name: 'In Progress', to: statusIds.inProgress },
      { id: '31', name: 'Done', to: statusIds.done },
    ],
  },
  // One whose last step asks for a resolution, for callers that must handle screens.
  resolve: {
    name: 'Workflow with resolve screen',
    statuses: [statusIds.toDo, statusIds.inProgress, statusIds.waiting, statusIds.done],
    transitions: [
      { id: '11', name: 'Reopen', to: statusIds.toDo, from: [statusIds.done] },
      {
        id: '21',
        name: 'Start',
        to: statusIds.inProgress,
        from: [statusIds.toDo, statusIds.waiting],
      },
      { id: '31', name: 'Wait', to: statusIds.waiting, from: [statusIds.inProgress] },
      {
        id: '41',
        name: 'Resolve',
        to: statusIds.done,
        from: [statusIds.toDo, statusIds.inProgress, statusIds.waiting],
        screen: [
          { field: 'resolution', required: true },
          { field: 'assignee', required: false },
          { field: 'fixVersions', required: false },
        ],
      },
    ],
  },
}

/** The workflow that an issue's project uses. */
export function workflowOf(rows: Rows, projectId: string): Workflow {
  return workflows[rows.get(projects, projectId)?.$workflow ?? 'default'] ?? workflows['default']!
}

/** The transitions that an issue can take from where it stands. */
export function transitionsFrom(rows: Rows, issue: Issue): readonly Transition[] {
  const { transitions } = workflowOf(rows, issue.fields.project)
  return transitions.filter(
    (one) => one.from === undefined || one.from.includes(issue.fields.status),
  )
}

/** The category that means the work is over. */
export const doneCategory = 3
