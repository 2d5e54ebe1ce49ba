import type { Call, Reply } from '../../engine/call.ts'
import { parseJson } from '../../engine/learn/recorded.ts'
import type { Target } from './target.ts'

/**
 * The real service, or a sandbox of it: what it answers now is held against what was recorded. It is asked with the
 * credential in `BACKLOT_LIVE_AUTHORIZATION`; nothing is seeded.
 */
export function liveTarget(url: string, authorization: string | undefined): Target {
  const base = url.replace(/\/$/, '')
  return {
    name: base,
    isLasting: true,
    open: () => ({
      pairs: [],
      seeding: new Set<number>(),
      answer: async (call) => ({ reply: await ask(base, call, authorization) }),
    }),
  }
}

async function ask(base: string, call: Call, authorization: string | undefined): Promise<Reply> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(call.headers ?? {}))
    if (/^(accept|content-type|if-|x-)/.test(name)) headers.set(name, value)
  if (authorization !== undefined) headers.set('authorization', authorization)
  const response = await fetch(base + call.path, {
    method: call.method ?? 'GET',
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(30_000),
    ...(typeof call.body === 'string' ? { body: call.body } : {}),
  })
  const text = await response.text()
  const json = parseJson(text)
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    ...(json === undefined ? { text } : { json }),
  }
}
