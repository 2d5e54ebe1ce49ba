import type { ContainerRuntimeClient } from 'testcontainers'
import { UsageError, type Whereabouts } from '../../../engine/usage-error.ts'

/** The engine's own interface, as testcontainers hands it out. */
export type EngineApi = ContainerRuntimeClient['container']['dockerode']

/** A container engine that answers. */
export interface Engine {
  api: EngineApi
  /** Fetches an image from where its name says. Rejects with the engine's words. */
  pull: (image: string) => Promise<void>
}

/**
 * Finds the engine that testcontainers would use: `DOCKER_HOST`, the Docker context, the usual sockets.
 * Throws a UsageError when the package is not installed or no engine answers.
 */
export async function openEngine(where: Whereabouts = {}): Promise<Engine> {
  const { getContainerRuntimeClient, ImageName } = await loadTestcontainers(where)
  let client: ContainerRuntimeClient
  try {
    client = await getContainerRuntimeClient()
  } catch (error) {
    throw new UsageError(`No container engine answers: ${(error as Error).message}.`, {
      ...where,
      fix: 'Start Docker, or set DOCKER_HOST to the address of an engine that runs.',
    })
  }
  return {
    api: client.container.dockerode,
    pull: (image) => client.image.pull(ImageName.fromString(image)),
  }
}

/** Loaded only where containers are asked for: it is large, and not everybody has it. */
async function loadTestcontainers(where: Whereabouts): Promise<typeof import('testcontainers')> {
  try {
    return await import('testcontainers')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError(
      'Containers are started by the package testcontainers, which is missing.',
      {
        ...where,
        fix: 'npm install --save-dev testcontainers@12',
      },
    )
  }
}

/** What the engine said that went wrong, in one line. */
export function wordsOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string }; message?: string }
  return (json?.message ?? message ?? String(error)).trim().split('\n', 1)[0]!
}

/** Whether the engine said that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404
}
