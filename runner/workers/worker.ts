import { enableCompileCache } from 'node:module'

// Before anything else is loaded: what one worker compiles, the others need not.
enableCompileCache()
const { serveTasks } = await import('./serve-tasks.ts')
serveTasks()
