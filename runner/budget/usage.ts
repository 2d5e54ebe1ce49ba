import type { Reply } from '../../engine/call.ts'

/** What a language model's answer says it took. */
export interface TokenUse {
  model: string | undefined
  /** Tokens read, those from a cache included. */
  input: number
  /** Tokens written, thoughts included. */
  output: number
  /** Of `input`, those that came from a cache. */
  cached: number
}

type Json = Readonly<Record<string, unknown>>

/**
 * The tokens that a reply says it took; undefined when it says nothing of the kind. Knows the shapes of OpenAI
 * (chat, responses, embeddings), Anthropic, Gemini, Bedrock, Cohere and Ollama, as one answer or as a stream of
 * server-sent events or JSON lines; of a stream the highest figures count, since they are running totals.
 */
export function readTokenUse(reply: Reply): TokenUse | undefined {
  if (reply.json !== undefined) return ofValue(reply.json)
  const text = reply.text ?? (reply.bytes === undefined ? undefined : decode(reply.bytes))
  if (text === undefined || !/usage|eval_count|billed_units/.test(text)) return undefined
  const whole = parse(text)
  if (whole !== undefined) return ofValue(whole)
  const parts = text.split('\n').map((line) => parse(line.replace(/^data:\s*/, '')))
  return ofValue(parts.filter((one) => one !== undefined))
}

function ofValue(value: unknown): TokenUse | undefined {
  if (!Array.isArray(value)) return isObject(value) ? ofObject(value) : undefined
  let sum: TokenUse | undefined
  for (const part of value) {
    const one = isObject(part) ? ofObject(part) : undefined
    if (one === undefined) continue
    sum = {
      model: one.model ?? sum?.model,
      input: Math.max(one.input, sum?.input ?? 0),
      output: Math.max(one.output, sum?.output ?? 0),
      cached: Math.max(one.cached, sum?.cached ?? 0),
    }
  }
  return sum
}

function ofObject(value: Json): TokenUse | undefined {
  // A stream of Anthropic's opens with `message`, one of OpenAI's closes with `response`.
  const inner = [value, value['message'], value['response']].find(
    (one): one is Json => isObject(one) && usageIn(one) !== undefined,
  )
  if (inner === undefined) return undefined
  const use = usageIn(inner)!
  const model = [inner['model'], inner['modelVersion']].find((one) => typeof one === 'string')
  const read = first(use, [
    'prompt_tokens',
    'input_tokens',
    'inputTokens',
    'promptTokenCount',
    'prompt_eval_count',
  ])
  const written = first(use, [
    'completion_tokens',
    'output_tokens',
    'outputTokens',
    'candidatesTokenCount',
    'eval_count',
  ])
  if (read === undefined && written === undefined) return undefined
  // These three vendors count what a cache holds beside the rest, the others within it.
  const beside = first(use, ['cache_read_input_tokens', 'cacheReadInputTokens']) ?? 0
  const stored = first(use, ['cache_creation_input_tokens', 'cacheWriteInputTokens']) ?? 0
  const details = [use['prompt_tokens_details'], use['input_tokens_details']].find(isObject)
  const within = first({ ...use, ...details }, ['cached_tokens', 'cachedContentTokenCount']) ?? 0
  return {
    model,
    input: (read ?? 0) + beside + stored + (first(use, ['toolUsePromptTokenCount']) ?? 0),
    output: (written ?? 0) + (first(use, ['thoughtsTokenCount']) ?? 0),
    cached: beside + within,
  }
}

function usageIn(value: Json): Json | undefined {
  const { usage, usageMetadata, meta } = value
  if (isObject(usage)) return usage
  if (isObject(usageMetadata)) return usageMetadata
  if (isObject(meta) && isObject(meta['billed_units'])) return meta['billed_units']
  return 'eval_count' in value || 'prompt_eval_count' in value ? value : undefined
}

/** The first of some fields that holds a count. */
function first(value: Json, names: readonly string[]): number | undefined {
  for (const name of names) {
    const count = value[name]
    if (typeof count === 'number' && Number.isFinite(count) && count >= 0) return count
  }
  return undefined
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parse(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
