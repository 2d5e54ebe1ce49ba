import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { UsageError } from '../../engine/usage-error.ts'
import { readText } from '../read-document.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import type { RunResult } from './result.ts'
import { resultSchema } from './schema/result-schema.ts'
import { sweepSchema } from './schema/sweep-schema.ts'

/** Reads a stored result. Throws a UsageError when the file holds none, with the place that is wrong. */
export function readResult(file: string): Promise<RunResult> {
  return readStored<RunResult>(file, {
    format: 'backlot.result/1',
    what: 'result of a run',
    schema: resultSchema,
    fix: 'backlot run --report result.json writes one.',
  })
}

/** Reads a stored sweep. Throws a UsageError when the file holds none, with the place that is wrong. */
export function readSweep(file: string): Promise<SweepResult> {
  return readStored<SweepResult>(file, {
    format: 'backlot.sweep/1',
    what: 'sweep',
    schema: sweepSchema,
    fix: 'backlot sweep --out sweep.json writes one.',
  })
}

interface Stored {
  format: string
  what: string
  schema: Record<string, unknown>
  fix: string
}

async function readStored<T>(file: string, { format, what, schema, fix }: Stored): Promise<T> {
  const text = await readText(file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`This is not JSON: ${(error as Error).message}.`, { file, fix })
  }
  const found = (value as { format?: unknown } | null)?.format
  if (found !== format) {
    const told =
      typeof found === 'string'
        ? `This is ${JSON.stringify(found)}, not "${format}".`
        : `This is no ${what}.`
    const isSweep = found === 'backlot.sweep/1'
    throw new UsageError(told, {
      file,
      fix: isSweep ? 'A sweep goes into a page with --sweep.' : fix,
    })
  }
  const validate = new Ajv2020({ strict: false }).compile<T>(schema)
  if (validate(value)) return value
  throw new UsageError(`This is no ${what}: ${tell(validate.errors?.[0])}.`, { file })
}

function tell(error: ErrorObject | undefined): string {
  if (error === undefined) return 'it has another shape'
  return `${error.instancePath || 'the whole'} ${error.message}`
}
