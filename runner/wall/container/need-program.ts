import { posix } from 'node:path'
import { UsageError, type Whereabouts } from '../../../engine/usage-error.ts'
import { isBelow } from '../lane/sandbox.ts'
import { isMissing, type Engine } from './engine.ts'
import type { ImageFacts } from './image.ts'
import { ownLabels } from './labels.ts'

/** What is to be run, and what the container has besides its image. */
export interface WantedProgram {
  program: string
  cwd: string
  /** Its own PATH, where its settings name one. */
  path: string | undefined
  /** Folders and files that are mounted: what is in there is not the image's. */
  mounted: readonly string[]
}

/** Throws a UsageError when an image holds no such program, and nothing that is mounted could. */
export async function needProgram(
  { api }: Engine,
  image: ImageFacts,
  { program, cwd, path = image.path, mounted }: WantedProgram,
  where: Whereabouts,
): Promise<void> {
  const candidates = program.includes('/')
    ? [posix.resolve(cwd, program)]
    : path.split(':').map((folder) => posix.resolve(cwd, folder, program))
  if (candidates.some((one) => mounted.some((folder) => isBelow(one, folder)))) return
  // Made to be looked into, and never started.
  const container = await api.createContainer({
    Image: image.id,
    Entrypoint: ['none'],
    Labels: ownLabels(),
    HostConfig: { NetworkMode: 'none' },
  })
  try {
    for (const one of candidates) {
      try {
        await container.infoArchive({ path: one })
        return
      } catch (error) {
        if (!isMissing(error)) throw error
      }
    }
  } finally {
    await container.remove({ v: true })
  }
  throw new UsageError(`There is no program "${program}" in the image "${image.name}".`, {
    ...where,
    fix: `Name one by "command"; it was looked for at ${candidates.join(', ')}.`,
  })
}
