import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What a run leaves on the machine carries the number of its process, so that it can be told when it has gone. */
export const folderPrefix = `backlot-lane-${process.pid}-`
export const groupPrefix = `backlot-${process.pid}-`

const folderForm = /^backlot-lane-(\d+)-/
const groupForm = /^backlot-(\d+)-\d+$/

/** Removes the folders of runs that were killed before they could. */
export function sweepFolders(folder = tmpdir()): void {
  for (const name of list(folder)) {
    if (isLeft(name, folderForm)) attempt(() => rmSync(join(folder, name), { recursive: true }))
  }
}

/** Removes the control groups of runs that were killed, from the folder that holds ours. */
export function sweepGroups(folder: string): void {
  for (const name of list(folder)) {
    if (isLeft(name, groupForm)) attempt(() => rmdirSync(join(folder, name)))
  }
}

function isLeft(name: string, form: RegExp): boolean {
  const pid = Number(form.exec(name)?.[1] ?? process.pid)
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    // EPERM is somebody else's, and alive.
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

/** What is somebody else's, or just being removed, is left alone. */
function attempt(body: () => void): void {
  try {
    body()
  } catch {}
}
