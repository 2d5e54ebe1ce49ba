import { appendFile, readFile } from 'node:fs/promises'
import type { KeyObject } from 'node:crypto'
import { UsageError } from '../../engine/usage-error.ts'
import { readText } from '../read-document.ts'
import { openEnvelope, type Envelope } from './dsse.ts'
import { statementType, type Statement } from './statement.ts'

/**
 * The envelopes of a bundle: JSON Lines, as in-toto has them (spec/v1/bundle.md). Lines that are none are
 * passed over, as the specification wants it. Throws a UsageError when there is not one.
 */
export async function readBundle(file: string): Promise<Envelope[]> {
  const envelopes = (await readText(file)).split('\n').flatMap((line) => {
    const envelope = readEnvelope(line)
    return envelope === undefined ? [] : [envelope]
  })
  if (envelopes.length > 0) return envelopes
  throw new UsageError('There is no attestation in this file.', {
    file,
    fix: 'It has a DSSE envelope on each line; backlot attest sign writes it.',
  })
}

/** Adds envelopes to a bundle, which is made where there is none. */
export async function addToBundle(file: string, envelopes: readonly Envelope[]): Promise<void> {
  const before = await readFile(file, 'utf8').catch(() => '')
  const start = before === '' || before.endsWith('\n') ? '' : '\n'
  await appendFile(file, start + envelopes.map((one) => `${JSON.stringify(one)}\n`).join(''))
}

/** The statements of a bundle that this key has signed; all others are passed over. */
export function openStatements(envelopes: readonly Envelope[], key: KeyObject): Statement[] {
  return envelopes.flatMap((envelope) => {
    const payload = openEnvelope(envelope, key)
    const statement = payload === undefined ? undefined : readStatement(payload)
    return statement === undefined ? [] : [statement]
  })
}

/** What an envelope says, whoever signed it; undefined when it is no statement. */
export function peek({ payload }: Envelope): Statement | undefined {
  return readStatement(Buffer.from(payload, 'base64').toString())
}

function readEnvelope(line: string): Envelope | undefined {
  const value = parse(line) as Partial<Envelope> | undefined
  const isOne =
    typeof value?.payload === 'string' &&
    typeof value.payloadType === 'string' &&
    Array.isArray(value.signatures) &&
    value.signatures.every((one) => typeof (one as { sig?: unknown } | null)?.sig === 'string')
  return isOne ? (value as Envelope) : undefined
}

function readStatement(text: string): Statement | undefined {
  const value = parse(text) as Partial<Statement> | undefined
  const isOne =
    value?._type === statementType &&
    typeof value.predicateType === 'string' &&
    typeof value.predicate === 'object' &&
    value.predicate !== null &&
    Array.isArray(value.subject) &&
    value.subject.length > 0 &&
    value.subject.every((one) => typeof one === 'object' && one !== null)
  return isOne ? (value as Statement) : undefined
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}
