import { realpathSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { normalize, resolve } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import type { Locate } from '../config/read-value.ts'
import { ContainerWall } from '../wall/container/container-wall.ts'
import { openEngine } from '../wall/container/engine.ts'
import { needImage, type ImageFacts } from '../wall/container/image.ts'
import { needProgram } from '../wall/container/need-program.ts'
import type { Mount } from '../wall/container/settings.ts'
import { isBelow } from '../wall/lane/sandbox.ts'
import { createCommandSubject } from './command.ts'
import type { ContainerDescription, MountDescription } from './container-description.ts'
import { needFreePort } from './container-shape.ts'
import { createServiceSubject } from './service/service.ts'
import type { Subject } from './subject.ts'
import { createWarmCommandSubject } from './warm-command.ts'

export interface ContainerOptions {
  name: string
  env: Record<string, string>
  timeoutMs: number
  /** Of the description: mounts are from there. */
  folder: string
  at: Locate
}

/**
 * The code under test in containers of an image, as a command or a service. Throws a UsageError when no
 * engine answers, when there is no such image, and for what the image has not.
 */
export async function createContainerSubject(
  known: ContainerDescription,
  { name, env, timeoutMs, folder, at }: ContainerOptions,
): Promise<Subject> {
  const mounts = (known.mounts ?? []).map((one, i) => toMount(one, folder, () => at('mounts', i)))
  const engine = await openEngine(at('kind'))
  const image = await needImage(engine, known.image, known.pull ?? false, at('image'))
  const { mode = 'command', warm = false, startMs = 15_000, resources = {} } = known
  const command = commandOf(known, image, at)
  const port = mode === 'service' ? portOf(known, image, at) : undefined
  const cwd = known.cwd ?? image.cwd
  const wanted = {
    program: command[0]!,
    cwd,
    path: env['PATH'],
    mounted: mounts.map(({ to }) => to),
  }
  await needProgram(engine, image, wanted, at('command'))
  const wall = await ContainerWall.open({
    engine,
    image,
    user: known.user,
    mounts,
    writes: known.writes ?? [],
    resources,
    isKept: warm === 'container',
  })
  const options = { name, env, timeoutMs, startMs, command, cwd, wall, limits: resources }
  if (mode === 'service') {
    const { portEnv = 'PORT', ready, stopMs = 5000, tenant } = known
    const rest = { port, portEnv, ready, stopMs, tenant, warm: warm === true }
    return { ...createServiceSubject({ ...options, ...rest }), kind: 'container' }
  }
  const subject = warm === true ? createWarmCommandSubject(options) : createCommandSubject(options)
  return { ...subject, kind: 'container' }
}

function commandOf(
  { command }: ContainerDescription,
  image: ImageFacts,
  at: Locate,
): readonly string[] {
  const found = command ?? image.command
  if (found.length > 0) return found
  throw new UsageError(`The image "${image.name}" does not say what to run.`, {
    ...at('image'),
    fix: 'Name it: "command": ["node", "service.js"].',
  })
}

/** The one port that an image exposes is where its service listens. */
function portOf(
  { port }: ContainerDescription,
  { ports }: ImageFacts,
  at: Locate,
): number | undefined {
  if (port !== undefined || ports.length !== 1) return port
  needFreePort(ports[0]!, at)
  return ports[0]
}

/** In place of these nothing of this machine may stand: the container would be no container. */
const ownPlaces = ['/proc', '/sys', '/dev', '/.backlot', '/etc/ssl', '/etc/pki', '/etc/resolv.conf']

function toMount(
  { from, to, readOnly = true }: MountDescription,
  folder: string,
  at: () => ReturnType<Locate>,
): Mount {
  const place = normalize(to)
  const taken = ownPlaces.find((one) => isBelow(place, one) || isBelow(one, place))
  if (taken !== undefined) {
    throw new UsageError(`A mount at "${to}" would stand in place of ${taken}.`, {
      ...at(),
      fix: 'Mount it somewhere else, such as /data.',
    })
  }
  const path = resolve(folder, from)
  const found = statSync(path, { throwIfNoEntry: false })
  if (found?.isDirectory() !== true && found?.isFile() !== true) {
    throw new UsageError(
      found === undefined
        ? `There is no file or folder "${path}" to be mounted.`
        : `"${path}" is a way out of the container: only files and folders are mounted.`,
      at(),
    )
  }
  const real = realpathSync(path)
  const whole = [homedir(), tmpdir(), '/usr', '/etc', '/proc', '/sys', '/dev', '/run', '/var']
  const inside =
    whole.find((one) => isBelow(one, real)) ?? special.find((one) => isBelow(real, one))
  if (inside !== undefined) {
    throw new UsageError(`"${path}" holds too much of this machine to be mounted (${inside}).`, {
      ...at(),
      fix: 'Mount a folder that holds just what the subject needs.',
    })
  }
  return { from: real, to: place, readOnly }
}

/** Below these are no files, but the machine. */
const special = ['/proc', '/sys', '/dev', '/run']
