import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LaneStage, probeForTests } from '../../testing/lane-stage.ts'
import { refusedCalls, unknownCalls } from './seccomp-calls.ts'
import { writeFilter, type FilteredArch } from './seccomp.ts'

const probe = await probeForTests()
const python = existsSync('/usr/bin/python3')
const arch = { x64: 0xc000003e, arm64: 0xc00000b7, i386: 0x40000003 }
const allow = 'allow'

/** Runs a filter as the kernel does, on one system call. */
function run(filter: Buffer, data: { arch: number; number: number; args?: number[] }): string {
  const { args = [] } = data
  const words = new Map([
    [0, data.number],
    [4, data.arch],
    ...args.map((value, i) => [16 + 8 * i, value] as const),
  ])
  let loaded = 0
  for (let at = 0; ; at++) {
    const code = filter.readUInt16LE(at * 8)
    const operand = filter.readUInt32LE(at * 8 + 4)
    if (code === 0x06) return spell(operand)
    if (code === 0x20) {
      loaded = words.get(operand) ?? 0
      continue
    }
    const tests: Record<number, boolean> = {
      0x15: loaded === operand,
      0x35: loaded >= operand,
      0x45: (loaded & operand) !== 0,
    }
    at += filter[at * 8 + (tests[code] ? 2 : 3)]!
  }
}

function spell(verdict: number): string {
  if (verdict === 0x7fff0000) return allow
  if (verdict === 0x80000000) return 'kill'
  return `error ${verdict & 0xffff}`
}

describe.each<[FilteredArch, number, number, number, number]>([
  ['x64', 41, 53, 56, 16],
  ['arm64', 198, 199, 220, 29],
])('the system call filter of %s', (name, socket, pair, clone, ioctl) => {
  const filter = writeFilter(name)
  const call = (number: number, ...args: number[]) =>
    run(filter, { arch: arch[name], number, args })

  it('makes sockets of Unix, the internet and routing, and of nothing else', () => {
    for (const family of [2, 10]) {
      for (const protocol of [0, 1, 6, 17, 58])
        expect(call(socket, family, 1, protocol)).toBe(allow)
      // SCTP, DCCP, UDP-Lite, MPTCP, raw.
      for (const protocol of [132, 33, 136, 262, 255]) {
        expect(call(socket, family, 1, protocol)).toBe('error 93')
      }
    }
    expect(call(socket, 1, 1, 0)).toBe(allow)
    expect(call(socket, 16, 3, 0)).toBe(allow)
    expect(call(socket, 16, 3, 12)).toBe('error 93')
    // Packets, Bluetooth, the kernel's cryptography, virtual machines' hosts, XDP.
    for (const family of [17, 31, 38, 40, 44, 0])
      expect(call(socket, family, 1, 0)).toBe('error 97')
    expect(call(pair, 1, 1, 0)).toBe(allow)
    for (const family of [2, 16, 30, 40]) expect(call(pair, family, 1, 0)).toBe('error 97')
  })

  it('starts processes and threads, but in no namespaces of their own', () => {
    expect(call(clone, 0x003d0f00)).toBe(allow)
    expect(call(clone, 17)).toBe(allow)
    for (const space of [
      0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000,
    ]) {
      expect(call(clone, space | 17)).toBe('error 1')
    }
  })

  it('refuses what a program has no use for, and lets everything else be', () => {
    const index = name === 'x64' ? 0 : 1
    const refused = Object.values(refusedCalls).flatMap((one) => one[index] ?? [])
    for (const number of refused.filter((one) => one >= 0)) expect(call(number)).toBe('error 1')
    for (const one of Object.values(unknownCalls)) expect(call(one[index]!)).toBe('error 38')
    expect(call(ioctl, 0, 0x5412)).toBe('error 1')
    expect(call(ioctl, 0, 0x5401)).toBe(allow)
    const ordinary = name === 'x64' ? [0, 1, 2, 9, 59, 202, 257] : [63, 64, 56, 222, 221, 98]
    for (const number of ordinary) expect(call(number)).toBe(allow)
  })

  it('kills what comes by another table of calls', () => {
    const other = name === 'x64' ? arch.arm64 : arch.x64
    expect(run(filter, { arch: other, number: 0 })).toBe('kill')
    expect(run(filter, { arch: arch.i386, number: 102 })).toBe('kill')
    if (name === 'x64') expect(call(0x40000000 + 41, 40, 1, 0)).toBe('kill')
  })
})

describe.skipIf(!('tools' in probe) || !python)('a program under the filter', () => {
  let stage: LaneStage
  beforeAll(async () => {
    stage = await LaneStage.open()
  })
  afterAll(() => stage.close())

  it('gets no socket to the host of a virtual machine, no raw packets, no namespaces', async () => {
    stage.write(
      'calls.py',
      `import ctypes, errno, json, platform, socket
libc = ctypes.CDLL(None, use_errno=True)
def make(*args):
    try:
        socket.socket(*args).close()
        return 'made'
    except OSError as error:
        return errno.errorcode[error.errno]
def call(x64, arm64, *args):
    ctypes.set_errno(0)
    libc.syscall(x64 if platform.machine() == 'x86_64' else arm64, *args)
    return errno.errorcode.get(ctypes.get_errno(), 'done')
said = {
    'vsock': make(40, socket.SOCK_STREAM),
    'packet': make(17, socket.SOCK_RAW),
    'raw': make(socket.AF_INET, socket.SOCK_RAW, 255),
    'sctp': make(socket.AF_INET, socket.SOCK_STREAM, 132),
    'netfilter': make(16, socket.SOCK_RAW, 12),
    'tcp': make(socket.AF_INET, socket.SOCK_STREAM),
    'unix': make(socket.AF_UNIX, socket.SOCK_STREAM),
    'unshare': call(272, 97, 0x10000000),
    'keyctl': call(250, 219, 0, -3, 0),
    'bpf': call(321, 280, 0, 0, 0),
    'ring': call(425, 425, 1, 0),
    'ptrace': call(101, 117, 0, 0, 0, 0),
}
print(json.dumps({'status': 200, 'body': said}))
`,
    )
    const { reply } = await stage.play(stage.subject(['python3', 'calls.py']))
    expect(reply.body).toEqual({
      vsock: 'EAFNOSUPPORT',
      packet: 'EAFNOSUPPORT',
      raw: 'EPROTONOSUPPORT',
      sctp: 'EPROTONOSUPPORT',
      netfilter: 'EPROTONOSUPPORT',
      tcp: 'made',
      unix: 'made',
      unshare: 'EPERM',
      keyctl: 'EPERM',
      bpf: 'EPERM',
      ring: 'ENOSYS',
      ptrace: 'EPERM',
    })
  })
})
