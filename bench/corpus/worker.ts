import { judge } from './judge.ts'

/** What the parent asks for. */
export interface Task {
  id: string
  path: string
  operations: number
  resources: number
}

/** One process judges one document after another, and says beforehand what it is about to do: the parent tells of it when nothing comes back. */
process.on('message', (task: Task) => {
  const result = judge(task.id, task.path, task, (phase) => {
    process.send!({ phase })
  })
  process.send!({ result })
})
