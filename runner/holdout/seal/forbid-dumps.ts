import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

let forbidden: Promise<boolean> | undefined

/**
 * Keeps this process from leaving its memory on a disk when it crashes: no core (by `prlimit` of
 * util-linux, since Node can't set limits itself), no diagnostic report. Tells whether cores are
 * forbidden now; where `prlimit` is missing, the limits that the process was started with hold.
 */
export function forbidDumps(): Promise<boolean> {
  if (process.report !== undefined) {
    process.report.reportOnFatalError = false
    process.report.reportOnSignal = false
    process.report.reportOnUncaughtException = false
  }
  return (forbidden ??= forbidCores())
}

async function forbidCores(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  const args = ['--pid', String(process.pid), '--core=0:0']
  return promisify(execFile)('prlimit', args, { timeout: 5000 }).then(
    () => true,
    () => false,
  )
}
