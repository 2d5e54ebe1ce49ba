import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import { readValue } from '../../config/read-value.ts'
import { parseDocument } from '../../read-document.ts'
import { subjectShape } from '../../subject/description-shape.ts'
import { SubmissionError } from './limits.ts'

const DESCRIPTION_BYTES_MAX = 64 * 1024
const name = 'subject.json'

/**
 * Checks the description of a submitted subject: `subject.json` at its root, a plain file, of a kind that runs
 * in a process of its own. What lies outside the submission, and how much it may use up, is not for an
 * author to choose. Throws a SubmissionError that tells the author what is wrong.
 */
export async function checkSubjectIn(
  folder: string,
  { mayBeContainer = false } = {},
): Promise<void> {
  const file = join(folder, name)
  const facts = await lstat(file).catch(() => undefined)
  if (facts === undefined) throw new SubmissionError(`There is no ${name} at the root.`)
  if (!facts.isFile()) throw new SubmissionError(`${name} is no plain file.`)
  if (facts.size > DESCRIPTION_BYTES_MAX) throw new SubmissionError(`${name} is too large.`)
  const value = read(await readFile(file, 'utf8'))
  const isFree = value['kind'] === 'container' && !mayBeContainer
  if (value['kind'] === 'module' || value['url'] !== undefined || isFree) {
    throw new SubmissionError('A submitted subject is a command, or a service with a command.')
  }
  for (const field of ['reads', 'limits']) {
    if (value[field] === undefined) continue
    throw new SubmissionError(`A submitted subject does not choose its "${field}".`)
  }
  const { cwd } = value
  if (typeof cwd === 'string' && !mayBeContainer && !isBelow(cwd)) {
    throw new SubmissionError('The subject\'s "cwd" must lie in the submission.')
  }
}

function read(text: string): Record<string, unknown> {
  try {
    const { value, at } = parseDocument(name, text)
    readValue(value, subjectShape.schema, at)
    return value as Record<string, unknown>
  } catch (error) {
    if (error instanceof UsageError) throw new SubmissionError(error.message)
    throw error
  }
}

function isBelow(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..')
}
