import { refusedCalls, unknownCalls, weighedCalls, type CallNumbers } from './seccomp-calls.ts'

/** Processors that a filter can be written for. */
export type FilteredArch = 'x64' | 'arm64'

/** One instruction of classic BPF: code, jumps if true and false, operand. */
type Instruction = readonly [code: number, yes: number, no: number, operand: number]

const audit = { x64: 0xc000003e, arm64: 0xc00000b7 }
/** Where the kernel puts things (struct seccomp_data): number, architecture, lower halves of the arguments. */
const at = { number: 0, arch: 4, arg0: 16, arg1: 24, arg2: 32 }
const verdicts = { kill: 0x80000000, allow: 0x7fff0000 }
const errors = { EPERM: 1, ENOSYS: 38, EPROTONOSUPPORT: 93, EAFNOSUPPORT: 97 }

const families = { unix: 1, inet: 2, inet6: 10, netlink: 16 }
/** Any, ICMP, TCP, UDP, ICMPv6: whatever else a kernel may speak would pass the lane's ledger by. */
const protocols = [0, 1, 6, 17, 58]
const netlinkRoute = 0
/** Time, mounts, cgroups, names, IPC, users, processes, network: every CLONE_NEW… flag. */
const cloneNamespaces = 0x7e020080
/** Typing into a terminal from outside, and into the console. */
const terminalTricks = [0x5412, 0x541c]

/** Whether this processor has a filter. */
export function isFilteredArch(arch: string): arch is FilteredArch {
  return arch === 'x64' || arch === 'arm64'
}

/**
 * A seccomp filter as `bwrap --seccomp` takes it (an array of struct sock_filter). Only Unix, IPv4,
 * IPv6 and routing sockets can be made: a network namespace does not fence AF_VSOCK, which leads to
 * the host of a virtual machine. Foreign system call tables are killed.
 */
export function writeFilter(arch: FilteredArch): Buffer {
  const number = (call: CallNumbers): number | undefined => call[arch === 'x64' ? 0 : 1]
  const program: Instruction[] = [load(at.arch), skipIfEqual(audit[arch], 1), give(verdicts.kill)]
  program.push(load(at.number))
  // The x32 table shares its architecture with x86_64.
  if (arch === 'x64') program.push(skipUnless(0x35, 0x40000000, 1), give(verdicts.kill))
  const refuse = (calls: Readonly<Record<string, CallNumbers>>, error: number): void => {
    for (const call of Object.values(calls)) {
      const known = number(call)
      if (known === undefined || known < 0) continue
      program.push(skipUnless(0x15, known, 1), fail(error))
    }
  }
  refuse(refusedCalls, errors.EPERM)
  refuse(unknownCalls, errors.ENOSYS)
  for (const [call, block] of [
    [weighedCalls.clone, weighClone()],
    [weighedCalls.ioctl, weighIoctl()],
    [weighedCalls.socketpair, weighSocketpair()],
    [weighedCalls.socket, weighSocket()],
  ] as const) {
    program.push(skipUnless(0x15, number(call)!, block.length), ...block)
  }
  program.push(give(verdicts.allow))
  return assemble(program)
}

function weighClone(): Instruction[] {
  return [
    load(at.arg0),
    // Jump if any bit is set.
    [0x45, 0, 1, cloneNamespaces],
    fail(errors.EPERM),
    give(verdicts.allow),
  ]
}

function weighIoctl(): Instruction[] {
  const tricks = terminalTricks.flatMap((one) => [skipUnless(0x15, one, 1), fail(errors.EPERM)])
  return [load(at.arg1), ...tricks, give(verdicts.allow)]
}

function weighSocket(): Instruction[] {
  const internet: Instruction[] = [
    load(at.arg2),
    ...protocols.flatMap((one) => [skipUnless(0x15, one, 1), give(verdicts.allow)]),
    fail(errors.EPROTONOSUPPORT),
  ]
  const netlink: Instruction[] = [
    load(at.arg2),
    skipUnless(0x15, netlinkRoute, 1),
    give(verdicts.allow),
    fail(errors.EPROTONOSUPPORT),
  ]
  return [
    load(at.arg0),
    skipUnless(0x15, families.unix, 1),
    give(verdicts.allow),
    skipUnless(0x15, families.netlink, netlink.length),
    ...netlink,
    skipIfEqual(families.inet, 2),
    skipIfEqual(families.inet6, 1),
    fail(errors.EAFNOSUPPORT),
    ...internet,
  ]
}

/** Pairs are made of Unix sockets; other families know them as well, and pass by what holds for single ones. */
function weighSocketpair(): Instruction[] {
  return [
    load(at.arg0),
    skipUnless(0x15, families.unix, 1),
    give(verdicts.allow),
    fail(errors.EAFNOSUPPORT),
  ]
}

/** Loads a word. */
function load(offset: number): Instruction {
  return [0x20, 0, 0, offset]
}

function give(verdict: number): Instruction {
  return [0x06, 0, 0, verdict]
}

function fail(error: number): Instruction {
  return give(0x00050000 | error)
}

/** Skips so many instructions when the loaded word is the operand. */
function skipIfEqual(operand: number, count: number): Instruction {
  return [0x15, count, 0, operand]
}

/** Skips so many instructions unless a comparison (0x15 equal, 0x35 at least) holds. */
function skipUnless(comparison: number, operand: number, count: number): Instruction {
  return [comparison, 0, count, operand]
}

function assemble(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8)
  for (const [i, [code, yes, no, operand]] of program.entries()) {
    bytes.writeUInt16LE(code, i * 8)
    bytes[i * 8 + 2] = yes
    bytes[i * 8 + 3] = no
    bytes.writeUInt32LE(operand >>> 0, i * 8 + 4)
  }
  return bytes
}
