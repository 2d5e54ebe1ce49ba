import { describe, expect, it } from 'vitest'
import { readTokenUse } from './usage.ts'

const json = (value: unknown) => readTokenUse({ status: 200, headers: {}, json: value })
const text = (value: string) => readTokenUse({ status: 200, headers: {}, text: value })
const stream = (...events: unknown[]) =>
  text(events.map((one) => `event: x\ndata: ${JSON.stringify(one)}\n\n`).join(''))

describe('readTokenUse', () => {
  it.each([
    [
      'an OpenAI chat',
      {
        model: 'gpt-5',
        usage: {
          prompt_tokens: 20,
          completion_tokens: 10,
          total_tokens: 30,
          prompt_tokens_details: { cached_tokens: 5 },
        },
      },
      { model: 'gpt-5', input: 20, output: 10, cached: 5 },
    ],
    [
      'an OpenAI response',
      {
        model: 'gpt-5',
        usage: { input_tokens: 20, output_tokens: 10, input_tokens_details: { cached_tokens: 4 } },
      },
      { model: 'gpt-5', input: 20, output: 10, cached: 4 },
    ],
    [
      'an embedding',
      { model: 'e-3', usage: { prompt_tokens: 8, total_tokens: 8 } },
      { model: 'e-3', input: 8, output: 0, cached: 0 },
    ],
    [
      'an Anthropic message',
      {
        model: 'claude-x',
        usage: {
          input_tokens: 7,
          cache_creation_input_tokens: 100,
          cache_read_input_tokens: 30,
          output_tokens: 9,
        },
      },
      { model: 'claude-x', input: 137, output: 9, cached: 30 },
    ],
    [
      'a Gemini answer',
      {
        modelVersion: 'gemini-x',
        usageMetadata: {
          promptTokenCount: 11,
          candidatesTokenCount: 5,
          thoughtsTokenCount: 40,
          cachedContentTokenCount: 3,
          totalTokenCount: 56,
        },
      },
      { model: 'gemini-x', input: 11, output: 45, cached: 3 },
    ],
    [
      'a Bedrock answer',
      { usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7 } },
      { model: undefined, input: 3, output: 4, cached: 0 },
    ],
    [
      'a Cohere answer',
      { meta: { billed_units: { input_tokens: 6, output_tokens: 2 } } },
      { model: undefined, input: 6, output: 2, cached: 0 },
    ],
    [
      'an Ollama answer',
      { model: 'l', prompt_eval_count: 26, eval_count: 298, done: true },
      { model: 'l', input: 26, output: 298, cached: 0 },
    ],
  ])('reads %s', (_name, value, use) => {
    expect(json(value)).toEqual(use)
    expect(text(JSON.stringify(value))).toEqual(use)
    const bytes = new TextEncoder().encode(JSON.stringify(value))
    expect(readTokenUse({ status: 200, headers: {}, bytes })).toEqual(use)
  })

  it('reads the running totals of a stream once', () => {
    expect(
      stream(
        { choices: [{ delta: {} }], usage: null },
        { model: 'gpt-5', choices: [], usage: { prompt_tokens: 20, completion_tokens: 10 } },
      ),
    ).toEqual({ model: 'gpt-5', input: 20, output: 10, cached: 0 })
    expect(
      stream(
        {
          type: 'message_start',
          message: { model: 'c', usage: { input_tokens: 25, output_tokens: 1 } },
        },
        { type: 'message_delta', usage: { output_tokens: 15 } },
        { type: 'message_delta', usage: { output_tokens: 40 } },
      ),
    ).toEqual({ model: 'c', input: 25, output: 40, cached: 0 })
    expect(
      stream({
        type: 'response.completed',
        response: { model: 'g', usage: { input_tokens: 1, output_tokens: 2 } },
      }),
    ).toEqual({ model: 'g', input: 1, output: 2, cached: 0 })
    const lines = [
      { model: 'l', done: false },
      { model: 'l', done: true, prompt_eval_count: 2, eval_count: 3 },
    ]
    expect(text(lines.map((one) => JSON.stringify(one)).join('\n'))).toMatchObject({
      input: 2,
      output: 3,
    })
  })

  it('takes nothing else for tokens', () => {
    for (const value of [
      { usage: 'see the manual' },
      { usage: { disk: 12 } },
      { usage: { input_tokens: 'many' } },
      { usage: { input_tokens: -1 } },
      [],
      'text',
      null,
    ]) {
      expect(json(value)).toBeUndefined()
    }
    expect(text('usage: { oops')).toBeUndefined()
    expect(text('')).toBeUndefined()
  })
})
