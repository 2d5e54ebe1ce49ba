import type { Whereabouts } from '../../../engine/usage-error.ts'
import { UsageError } from '../../../engine/usage-error.ts'
import { isMissing, wordsOf, type Engine } from './engine.ts'

/** What an image says of itself. */
export interface ImageFacts {
  name: string
  id: string
  /** Its entry point and what follows it. */
  command: readonly string[]
  cwd: string
  /** As whom it wants to run; empty where it does not say. */
  user: string
  /** TCP ports that it says it listens on. */
  ports: readonly number[]
  /** Where it looks for programs. */
  path: string
  /** Folders that would be disks of this machine. */
  volumes: readonly string[]
}

/** Of images that name none. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Looks an image up, and fetches it only where that is allowed. Throws a UsageError when there is none. */
export async function needImage(
  engine: Engine,
  name: string,
  pull: boolean,
  where: Whereabouts,
): Promise<ImageFacts> {
  const found = await inspect(engine, name)
  if (found !== undefined) return found
  if (!pull) {
    throw new UsageError(`There is no image "${name}" on this machine.`, {
      ...where,
      fix: `Build it (docker build -t ${name} .) or fetch it (docker pull ${name}); with "pull": true it is fetched when it is missing.`,
    })
  }
  const failed = await engine.pull(name).catch(wordsOf)
  const pulled = await inspect(engine, name)
  if (pulled !== undefined) return pulled
  throw new UsageError(
    `The image "${name}" could not be fetched: ${failed ?? 'it is not there'}.`,
    {
      ...where,
    },
  )
}

async function inspect({ api }: Engine, name: string): Promise<ImageFacts | undefined> {
  let found
  try {
    found = await api.getImage(name).inspect()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
  if (found.Os !== 'linux') {
    throw new UsageError(`The image "${name}" is for ${found.Os}: containers here are Linux.`)
  }
  const { Entrypoint, Cmd, WorkingDir, User, ExposedPorts, Volumes, Env } = found.Config
  const path = (Env ?? []).find((one) => one.startsWith('PATH='))
  const ports = Object.keys(ExposedPorts ?? {}).filter((one) => !one.endsWith('/udp'))
  return {
    name,
    id: found.Id,
    command: [...toList(Entrypoint), ...toList(Cmd)],
    cwd: WorkingDir === '' ? '/' : WorkingDir,
    user: User ?? '',
    ports: ports.map((one) => Number.parseInt(one, 10)),
    path: path?.slice('PATH='.length) ?? usualPath,
    volumes: Object.keys(Volumes ?? {}),
  }
}

function toList(words: string | readonly string[] | undefined | null): readonly string[] {
  if (words === undefined || words === null) return []
  return typeof words === 'string' ? [words] : words
}

/** The user that a program runs as: the image's own where it needs one that is not root, else nobody in particular. */
export function userOf(image: ImageFacts, asked: string | undefined): string {
  if (asked !== undefined) return asked
  const isRoot = /^(?:root|0+)?(?::|$)/.test(image.user)
  return isRoot ? '1000:1000' : image.user
}
