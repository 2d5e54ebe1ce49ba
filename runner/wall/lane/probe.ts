import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { findTools, type LaneMeans, type LaneTools } from './tools.ts'

/** Whether lanes can be had on this machine; if not, why, and what would help. */
export type Probe = { tools: LaneTools; means: LaneMeans } | { why: string; fix: string }

const PROBE_MS_MAX = 10_000

/** Tries the two things that a lane rests on: a network of one's own, and a sandbox inside it. */
export async function probeLane(): Promise<Probe> {
  if (process.platform !== 'linux') {
    return { why: 'lanes need Linux', fix: 'Run Backlot in a Linux machine or container.' }
  }
  const tools = findTools()
  if ('missing' in tools) {
    const packages = tools.missing.join(' ')
    return {
      why: `these packages are missing: ${packages}`,
      fix: `Install them, with nftables: apt-get install ${packages} nftables.`,
    }
  }
  const failed = await tryMeans(tools, 'users')
  if (failed === undefined) return { tools, means: 'users' }
  const isRoot = process.getuid?.() === 0
  if (isRoot && (await tryMeans(tools, 'root')) === undefined) return { tools, means: 'root' }
  return { why: failed, fix: remedy() }
}

/** Why a sandbox in a network of its own can't be made by some means; undefined when it can. */
function tryMeans(tools: LaneTools, means: LaneMeans): Promise<string | undefined> {
  const hasUsers = means === 'users'
  const network = [...(hasUsers ? ['--user', '--map-root-user'] : []), '--net', '--mount', '--']
  const sandbox = ['--unshare-pid', '--ro-bind', '/', '/', '--proc', '/proc', '--clearenv']
  if (hasUsers) sandbox.unshift('--unshare-user')
  return fails(tools.unshare, [...network, tools.bwrap, ...sandbox, '--', tools.env, 'true'])
}

/** Why a command fails, in its own words; undefined when it does not. */
function fails(file: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(file, [...args], { timeout: PROBE_MS_MAX, env: {} }, (error, _stdout, stderr) => {
      if (error === null) return resolve(undefined)
      resolve(stderr.trim().split('\n').at(-1) || error.message)
    })
  })
}

/** What most likely keeps this machine from having namespaces. */
function remedy(): string {
  const switches: [file: string, refusing: string][] = [
    ['kernel/apparmor_restrict_unprivileged_userns', '1'],
    ['kernel/unprivileged_userns_clone', '0'],
    ['user/max_user_namespaces', '0'],
  ]
  for (const [file, refusing] of switches) {
    if (readSwitch(file) !== refusing) continue
    const name = file.replace('/', '.')
    const to = { '1': '0', '0': name.startsWith('user') ? '10000' : '1' }[refusing]
    return `User namespaces are switched off here: sudo sysctl -w ${name}=${to}.`
  }
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) {
    return 'This is a container: start it with --privileged, or with --security-opt seccomp=unconfined, apparmor=unconfined and systempaths=unconfined.'
  }
  return 'User namespaces are refused here: ask who looks after this machine.'
}

function readSwitch(file: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${file}`, 'utf8').trim()
  } catch {
    return undefined
  }
}
