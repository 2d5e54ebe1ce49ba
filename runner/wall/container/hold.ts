import { writeFileSync } from 'node:fs'

/**
 * A program of 300 bytes that every container runs first, since an image may hold no other that could.
 * `hold wait …` waits until its standard input ends, and takes in whoever is orphaned; `hold kill` and
 * `hold term` signal every process of their user but the first. The runner holds the other end of that
 * input: however it ends, the container ends with it.
 *
 * The machine code, in words (Linux numbers its system calls by processor):
 * wait: rt_sigaction(SIGCHLD, SIG_IGN); do n = read(0, stack, 1) while n > 0 or n = -EINTR; exit(0)
 * kill, term: kill(-1, SIGKILL or SIGTERM); exit(0)
 */
const codes: Partial<Record<NodeJS.Architecture, { machine: number; text: string }>> = {
  x64: {
    machine: 62,
    text: 'SItEJBCKADxrdEM8dHRGuA0AAAC/EQAAAEiNNVAAAAAx0kG6CAAAAA8FMcAx/0iNdCTwugEAAAAPBUiFwH/rSIP4/HTluDwAAAAx/w8FvgkAAADrBb4PAAAAuD4AAABIx8f/////DwXr22YPH0QAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  },
  arm64: {
    machine: 183,
    text: '4AtA+QAAQDkfrAFxoAIAVB/QAXGgAgBUIAKA0iEDABACAIDSAwGA0sgQgNIBAADUAACA0uFDANEiAIDS6AeA0gEAANQfAADxTP//VB8QALEA//9UAACA0qgLgNIBAADUIQGA0gIAABThAYDSAACAkigQgNIBAADU9///Fx8gA9UBAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==',
  },
}

const loadedAt = 0x400000n
const headBytes = 120
const pageBytes = 0x10000n

/** Whether there is a holding program for this processor. */
export function canHold(arch = process.arch): boolean {
  return codes[arch] !== undefined
}

/** Writes the program to a file that may be executed: an ELF of one segment (System V ABI, chapters 4 and 5). Throws where there is none for the processor. */
export function writeHold(file: string, arch = process.arch): void {
  const code = codes[arch]
  if (code === undefined) throw new Error(`There is no holding program for ${arch}.`)
  const text = Buffer.from(code.text, 'base64')
  const head = Buffer.alloc(headBytes)
  // 64 bits, little-endian, version 1; an executable.
  head.write('\x7fELF\x02\x01\x01', 'latin1')
  head.writeUInt16LE(2, 16)
  head.writeUInt16LE(code.machine, 18)
  head.writeUInt32LE(1, 20)
  head.writeBigUInt64LE(loadedAt + BigInt(headBytes), 24)
  // One program header, right behind this one.
  head.writeBigUInt64LE(64n, 32)
  head.writeUInt16LE(64, 52)
  head.writeUInt16LE(56, 54)
  head.writeUInt16LE(1, 56)
  // Loaded whole, to be read and executed.
  const size = BigInt(headBytes + text.length)
  head.writeUInt32LE(1, 64)
  head.writeUInt32LE(5, 68)
  for (const [i, value] of [0n, loadedAt, loadedAt, size, size, pageBytes].entries()) {
    head.writeBigUInt64LE(value, 72 + 8 * i)
  }
  writeFileSync(file, Buffer.concat([head, text]), { mode: 0o755 })
}
