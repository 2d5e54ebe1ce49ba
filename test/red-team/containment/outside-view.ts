import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { findTools } from '../../../runner/wall/lane/tools.ts'

/** The processes that are in the network of one, itself included. */
export function processesIn(pid: number): number[] {
  const network = spaceOf(pid, 'net')
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => network !== undefined && spaceOf(one, 'net') === network)
}

/** The rules of a lane's network, without what its sets hold at the moment; empty without nft. */
export function rulesIn(pid: number): string {
  const tools = findTools()
  if ('missing' in tools || tools.nft === undefined) return ''
  const isOwnUser = spaceOf(pid, 'user') === spaceOf(process.pid, 'user')
  const users = isOwnUser ? [] : ['--preserve-credentials', '--user']
  const enter = [...users, '--net', '--target', String(pid), '--']
  const listed = execFileSync(tools.nsenter, [...enter, tools.nft, '-s', 'list', 'ruleset'], {
    encoding: 'utf8',
  })
  return listed.replace(/^\s*elements = \{[^}]*\}$/gm, '')
}

/** What hostile code could change of the whole machine. */
export function machineState(): Record<string, string> {
  const files = [
    '/proc/sys/kernel/core_pattern',
    '/proc/sys/kernel/hostname',
    '/proc/sys/kernel/modprobe',
    '/proc/sys/kernel/sysrq',
    '/proc/sys/net/ipv4/ip_forward',
    '/proc/sys/vm/overcommit_memory',
    '/proc/swaps',
    '/etc/hosts',
    '/etc/resolv.conf',
    '/etc/ssl/certs/ca-certificates.crt',
  ].filter((file) => existsSync(file))
  const state = Object.fromEntries(files.map((file) => [file, readFileSync(file, 'utf8')]))
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
  for (const path of ['/dev/null', '/dev/zero', '/dev/random', '/usr', '/usr/bin/env']) {
    const { mode, uid, gid } = statSync(path)
    state[path] = [mode, uid, gid].join()
  }
  // Others may mount meanwhile: only what is a lane's counts.
  return { ...state, mounts: mounts.filter((line) => line.includes('lane-')).join('\n') }
}

function spaceOf(pid: number, kind: 'net' | 'user'): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/${kind}`)
  } catch {
    return undefined
  }
}
