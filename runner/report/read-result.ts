import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { UsageError } from '../../engine/usage-error.ts'
import { readText } from '../read-document.ts'
import type { RunResult } from './result.ts'
import { resultSchema } from './schema/result-schema.ts'

/** Reads a stored result. Throws a UsageError when the file holds none, with the place that is wrong. */
export async function readResult(file: string): Promise<RunResult> {
  const text = await readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`This is not JSON: ${(error as Error).message}.`, { file, fix: hint })
  }
  return checkResult(value, file)
}

/** The same value, when it is a result. Throws a UsageError otherwise. */
export function checkResult(value: unknown, file: string): RunResult {
  const format = (value as { format?: unknown } | null)?.format
  if (format !== 'backlot.result/1') {
    const what =
      typeof format === 'string'
        ? `This is ${JSON.stringify(format)}, not "backlot.result/1".`
        : 'This is no result of a run.'
    throw new UsageError(what, { file, fix: hint })
  }
  const validate = new Ajv2020({ strict: false }).compile<RunResult>(resultSchema)
  if (validate(value)) return value
  throw new UsageError(`This is no result of a run: ${tell(validate.errors?.[0])}.`, { file })
}

const hint = 'backlot run --report result.json writes one.'

function tell(error: ErrorObject | undefined): string {
  if (error === undefined) return 'it has another shape'
  return `${error.instancePath || 'the whole'} ${error.message}`
}
