import { join } from 'node:path'
import { findDoors } from '../lane/doors.ts'
import { fillLimits } from '../lane/limits.ts'
import { account, caFile, caPlaces, trustEnv } from '../lane/trust.ts'
import type { EngineApi } from './engine.ts'
import { userOf, type ImageFacts } from './image.ts'
import { ownLabels } from './labels.ts'
import { quotasOf, type ContainerResources } from './resources.ts'

/** A folder or file of this machine that a container sees. */
export interface Mount {
  /** Absolute path on this machine. */
  from: string
  /** Absolute path in the container. */
  to: string
  readOnly: boolean
}

/** What the containers of a subject are made of. */
export interface ContainerSettings {
  image: ImageFacts
  user?: string | undefined
  mounts: readonly Mount[]
  /** Folders besides the usual ones that are empty and may be written to. */
  writes: readonly string[]
  resources: ContainerResources
}

/** Where a wall keeps what its containers see of it, on this machine. */
export interface WallFiles {
  hold: string
  certificate: string
}

type CreateOptions = Parameters<EngineApi['createContainer']>[0]

/** Where the holding program stands in a container. */
export const holdFile = '/.backlot/hold'

/** Memory disks that every container has. */
const scratchFolders = ['/tmp', '/var/tmp', '/run', account.home]

const scratch = 'rw,nosuid,nodev,exec,mode=1777'

const MIB = 1 << 20

/** What every container is: the holding program, under the engine's own system call filter, without any right or way out. */
function held({ image }: ContainerSettings, { hold }: WallFiles, label: string): CreateOptions {
  return {
    Image: image.id,
    Entrypoint: [holdFile],
    Cmd: ['wait', label],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    Healthcheck: { Test: ['NONE'] },
    Labels: ownLabels(),
    HostConfig: {
      AutoRemove: true,
      Binds: [`${hold}:${holdFile}:ro`],
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      LogConfig: { Type: 'none', Config: {} },
      Mounts: image.volumes.map((folder) => memoryDisk(folder, MIB)),
    },
  }
}

/** A container that holds a network with nothing in it, for others to be put into. `label` is seen in its list of processes. */
export function holderOptions(
  settings: ContainerSettings,
  files: WallFiles,
  label: string,
): CreateOptions {
  const options = held(settings, files, label)
  return {
    ...options,
    Hostname: account.host,
    User: '1000:1000',
    HostConfig: {
      ...options.HostConfig,
      NetworkMode: 'none',
      // Shown to everybody in this network.
      Dns: ['127.0.0.1'],
      DnsOptions: ['timeout:2', 'attempts:2'],
      DnsSearch: ['.'],
      // Engines switch it off where they give no address of theirs.
      Sysctls: { 'net.ipv6.conf.all.disable_ipv6': '0', 'net.ipv6.conf.lo.disable_ipv6': '0' },
      Memory: 16 * MIB,
      MemorySwap: 16 * MIB,
      PidsLimit: 8,
    },
  }
}

/** A container for the code under test, in the network of another. */
export function subjectOptions(
  settings: ContainerSettings,
  files: WallFiles,
  network: string,
): CreateOptions {
  const { image, user, mounts, writes, resources } = settings
  const options = held(settings, files, 'subject')
  const { diskMb } = fillLimits(resources)
  const isFree = (folder: string): boolean => !mounts.some(({ to }) => to === folder)
  const disks = [...scratchFolders, ...writes].filter(isFree)
  const volumes = image.volumes.filter((folder) => isFree(folder) && !disks.includes(folder))
  return {
    ...options,
    User: userOf(image, user),
    Env: Object.entries(baseEnv()).map(([name, value]) => `${name}=${value}`),
    HostConfig: {
      ...options.HostConfig,
      ...quotasOf(resources),
      NetworkMode: `container:${network}`,
      Binds: [...options.HostConfig!.Binds!, ...trusting(files)],
      // Empty files take no room, but memory of the kernel: one for each 4 KiB is plenty.
      Tmpfs: disksOf(disks, `${scratch},size=${diskMb}m,nr_inodes=${diskMb * 256}`),
      Mounts: [
        ...volumes.map((folder) => memoryDisk(folder, diskMb * MIB)),
        ...mounts.flatMap(bind),
      ],
    },
  }
}

/** What every program in a container has in its environment, besides what its image says. */
function baseEnv(): Record<string, string> {
  return { HOME: account.home, TMPDIR: '/tmp', TZ: 'UTC', ...trustEnv }
}

/** One authority alone, wherever a system keeps those that it trusts. */
function trusting({ certificate }: WallFiles): string[] {
  return [caFile, ...caPlaces].map((place) => `${certificate}:${place}:ro`)
}

function disksOf(folders: readonly string[], options: string): Record<string, string> {
  return Object.fromEntries(folders.map((folder) => [folder, options]))
}

/** In place of a folder that the image would have on a disk of this machine. */
function memoryDisk(folder: string, bytes: number) {
  return {
    Type: 'tmpfs' as const,
    Target: folder,
    Source: '',
    TmpfsOptions: { SizeBytes: bytes, Mode: 0o1777 },
  }
}

/** A mount, with whatever would lead out of it closed: sockets that somebody outside listens on. */
function bind({ from, to, readOnly }: Mount) {
  const one = (Source: string, Target: string, ReadOnly: boolean) => ({
    Type: 'bind' as const,
    Source,
    Target,
    ReadOnly,
  })
  const doors = findDoors(from).map((path) => join(to, path.slice(from.length)))
  return [one(from, to, readOnly), ...doors.map((path) => one('/dev/null', path, true))]
}
