import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import type { ContainerDescription } from '../../subject/container-description.ts'
import { openEngine } from '../../wall/container/engine.ts'
import { SubmissionError } from './limits.ts'

/** What authors may say of a container. What it sees of this machine, and how much it may use up, is not among it. */
const chosen = [
  'mode',
  'command',
  'cwd',
  'env',
  'inbound',
  'timeoutMs',
  'settleMs',
  'startMs',
  'warm',
  'port',
  'portEnv',
  'ready',
  'stopMs',
  'tenant',
] as const satisfies readonly (keyof ContainerDescription)[]

/** `registry.example.com/desk@sha256:…`: a name with a tag is another image tomorrow. */
const pinned = /^([a-z0-9][a-z0-9._/:-]{0,200})@sha256:[0-9a-f]{64}$/

/**
 * Writes the description of a container as the only file of a submission. Throws a SubmissionError when the
 * image is not pinned by its digest, is of no repository in `allowed`, or this machine has no container engine.
 */
export async function takeImage(
  body: Readonly<Record<string, unknown>>,
  { folder, allowed }: { folder: string; allowed: readonly string[] },
): Promise<{ digest: string; source: string }> {
  const description = describeImage(body, allowed)
  await needEngine()
  const text = JSON.stringify(description)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(join(folder, 'subject.json'), text)
  const digest = createHash('sha256').update(text).digest('hex')
  return { digest, source: `image ${description.image}` }
}

/** The description of a container that a body asks for: the same for the same wishes. */
export function describeImage(
  { image, subject = {} }: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
): ContainerDescription {
  const name = typeof image === 'string' ? pinned.exec(image)?.[1] : undefined
  if (name === undefined) {
    throw new SubmissionError('Name the image by its digest: registry.example.com/name@sha256:….')
  }
  if (!allowed.includes(name)) throw new SubmissionError('The service takes no image of this name.')
  if (typeof subject !== 'object' || subject === null || Array.isArray(subject)) {
    throw new SubmissionError('"subject" is what is to be said of the container, as an object.')
  }
  const foreign = Object.keys(subject).find(
    (field) => !(chosen as readonly string[]).includes(field),
  )
  if (foreign !== undefined) {
    const field = JSON.stringify(foreign.slice(0, 40))
    throw new SubmissionError(`A submitted container does not choose its ${field}.`)
  }
  const said = subject as Partial<ContainerDescription>
  const own = chosen.flatMap((field) => (said[field] === undefined ? [] : [[field, said[field]]]))
  const fields = Object.fromEntries(own) as Partial<ContainerDescription>
  return { kind: 'container', image: image as string, pull: true, ...fields }
}

async function needEngine(): Promise<void> {
  try {
    await openEngine()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new SubmissionError(
      'The service has no container engine: hand in files, or a commit.',
      501,
    )
  }
}
