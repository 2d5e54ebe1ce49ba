import type { Request } from 'express'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServeConfig } from '../config.ts'
import { drawTicket } from '../submissions.ts'
import { unpackCommit } from './git-tree.ts'
import { defaultLimits, SubmissionError, type SubmissionLimits } from './limits.ts'
import { takeImage } from './image.ts'
import { checkSubjectIn } from './subject-in.ts'
import { unpack, unzip, type Unpacked } from './unpack.ts'

const MEBIBYTE = 1024 * 1024
const GIT_TIMEOUT_MS = 60_000

/** A submission whose files lie in their place, and which nobody knows of yet. */
export interface Taken {
  ticket: string
  /** In words. */
  source: string
  /** SHA-256 of the files. */
  digest: string
  /** Takes the files away again. */
  discard: () => Promise<void>
}

/** Where submissions are laid down. */
export interface Places {
  config: ServeConfig
  folders: string
  scratch: string
}

/**
 * Takes what a request hands in: the body as a .tar.gz, or JSON that names a commit or an image. Throws a
 * SubmissionError that tells the author what is wrong; nothing is left of it then.
 */
export async function takeSubmission(request: Request, places: Places): Promise<Taken> {
  const { config, folders, scratch } = places
  const limits = limitsOf(config)
  const ticket = drawTicket()
  const staged = await mkdtemp(join(scratch, 'upload-'))
  const folder = join(staged, 'subject')
  const final = join(folders, ticket)
  try {
    const { source, digest } = await fill(request, { folder, scratch, limits, config })
    await checkSubjectIn(folder, { mayBeContainer: source.startsWith('image ') })
    await rename(folder, final)
    return { ticket, source, digest, discard: () => rm(final, { recursive: true, force: true }) }
  } finally {
    await rm(staged, { recursive: true, force: true })
  }
}

interface Filling {
  folder: string
  scratch: string
  limits: SubmissionLimits
  config: ServeConfig
}

async function fill(
  request: Request,
  { folder, scratch, limits, config }: Filling,
): Promise<Pick<Unpacked, 'digest'> & { source: string }> {
  if (request.is('application/gzip') || request.is('application/x-gzip')) {
    if (Number(request.headers['content-length'] ?? 0) > limits.packedBytesMax) {
      throw new SubmissionError('The archive is too large.', 413)
    }
    const made = await unpack(unzip(request as AsyncIterable<Buffer>, limits), folder, limits)
    return { ...made, source: 'archive' }
  }
  if (!request.is('json')) {
    const message = 'Send a .tar.gz as application/gzip, or JSON that names a commit or an image.'
    throw new SubmissionError(message, 415)
  }
  const body = (request.body ?? {}) as Record<string, unknown>
  if (body['image'] !== undefined) {
    return takeImage(body, { folder, allowed: config.images ?? [] })
  }
  const { repository, ref, url, allowLocal } = readCommit(body, config)
  const source = { url, ref, allowLocal, timeoutMs: GIT_TIMEOUT_MS }
  const made = await unpackCommit(source, { folder, scratch, limits })
  return { ...made, source: `${repository} at ${ref} (commit ${made.commit})` }
}

/** The commit that a body names. */
function readCommit(
  { repository, ref }: Record<string, unknown>,
  { repositories = {}, localRepositories = false }: ServeConfig,
): { repository: string; ref: string; url: string; allowLocal: boolean } {
  if (typeof repository !== 'string' || typeof ref !== 'string') {
    throw new SubmissionError('Name a "repository" and a "ref".')
  }
  if (!Object.hasOwn(repositories, repository)) {
    throw new SubmissionError('The service takes nothing from this repository.')
  }
  return { repository, ref, url: repositories[repository]!, allowLocal: localRepositories }
}

function limitsOf({ limits = {} }: ServeConfig): SubmissionLimits {
  const { packedMb, unpackedMb, files } = limits
  return {
    ...defaultLimits,
    ...(packedMb !== undefined && { packedBytesMax: packedMb * MEBIBYTE }),
    ...(unpackedMb !== undefined && { unpackedBytesMax: unpackedMb * MEBIBYTE }),
    ...(files !== undefined && { entriesMax: files }),
  }
}
