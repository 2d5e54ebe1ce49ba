/** Takes back what a member has who moves away: by plain fetch, against the desk or its twin. */
export default async function mover(
  { body }: { body?: unknown },
  { env, fetch }: { env: Record<string, string>; fetch: typeof globalThis.fetch },
): Promise<{ status: number; body: unknown }> {
  const { memberId } = body as { memberId: string }
  const headers = { authorization: `Bearer ${env['BACKLOT_DESK_BEARER']}` }
  const ask = async (method: string, path: string): Promise<{ items: { id: string }[] }> => {
    const reply = await fetch(env['BACKLOT_DESK_URL'] + path, { method, headers })
    if (!reply.ok) throw new Error(`${method} ${path} was answered ${reply.status}`)
    return (await reply.json()) as { items: { id: string }[] }
  }
  const { items } = await ask('GET', `/loans?memberId=${memberId}&state=open`)
  for (const { id } of items) await ask('POST', `/loans/${id}/return`)
  return { status: 200, body: { returned: items.length } }
}
