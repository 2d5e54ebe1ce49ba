import type { Limits } from '../wall.ts'
import { fillLimits } from '../lane/limits.ts'

/** What one container may use up. */
export interface ContainerResources extends Limits {
  /** Processor cores, as a share of one or several. */
  cpus?: number
}

const MIB = 1 << 20
/** The holding program, and what the engine needs to start another one. */
const ownProcesses = 8

/** The limits of a container as the engine takes them: its disk is memory, and counts as such. */
export function quotasOf(resources: ContainerResources) {
  const { memoryMb, diskMb, processes, files, fileMb, seconds } = fillLimits(resources)
  const bytes = (memoryMb + diskMb) * MIB
  const same = (name: string, value: number) => ({ Name: name, Soft: value, Hard: value })
  return {
    Memory: bytes,
    // No swap besides.
    MemorySwap: bytes,
    PidsLimit: processes + ownProcesses,
    ...(resources.cpus === undefined ? {} : { NanoCpus: Math.round(resources.cpus * 1e9) }),
    ShmSize: diskMb * MIB,
    Ulimits: [
      same('nofile', files),
      same('fsize', fileMb * MIB),
      same('core', 0),
      ...(seconds === undefined ? [] : [same('cpu', seconds)]),
    ],
  }
}
