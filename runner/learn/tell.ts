import type { Lesson } from '../../engine/learn/knowledge.ts'

/** What was learned, as FACTS.md: a summary of `learned.json`, written anew each time. */
export function tellFacts({ contract, learned }: Lesson, sources: readonly string[]): string {
  const { name, operations, cases, auth } = learned
  const rows = operations.map((one) => {
    const own = cases.filter(({ op }) => op === one.op)
    const seen = own.reduce((sum, { seen: count }) => sum + count, 0)
    const statuses = [...new Set(own.map(({ status }) => status))].sort().join(', ')
    const effects = own.filter(({ effect }) => effect !== undefined).length
    const cells = [
      one.op,
      one.role,
      seen,
      statuses,
      own.length,
      effects,
      [paramsOf(one.params), listOf(one)].filter((text) => text !== '').join('; '),
      changesOf(one),
      latencyOf(one.latencyMs),
    ]
    return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `# ${name}: what recordings tell

Written by \`backlot learn\` from ${sources.length} recordings; \`learned.json\` holds every statement on a line of its own.
Correct a line there and add \`"by": "person"\`: it stays when learning is run again. \`"forget": true\` beside it takes a case out.

${contract.operations.length} operations are known, ${operations.length} of them from traffic. Callers ${auth.required ? 'need' : 'need no'} credentials${auth.scheme === undefined ? '' : ` (${auth.scheme})`}.

| operation | role | seen | statuses | cases | with effects | parameters, pages, order | changes elsewhere | latency, ms (p50, p95) |
|---|---|--:|---|--:|--:|---|---|---|
${rows.join('\n')}
${demandsTold(operations)}`
}

/** What bodies must be, with what was seen of it. */
function demandsTold(operations: readonly Facts[]): string {
  const lines = operations.flatMap(({ op, demands = [] }) =>
    demands.map(({ asks, kind, limit, places, status, evidence }) => {
      const what = [asks, kind, limit].filter((one) => one !== undefined).join(' ')
      return `- ${op}: ${places.join(', ')} ${what}, else ${status} (${evidence})`
    }),
  )
  return lines.length === 0 ? '' : `\n## What bodies must be\n\n${lines.join('\n')}\n`
}

function paramsOf(params: Lesson['learned']['operations'][number]['params']): string {
  return Object.entries(params ?? {})
    .map(([name, fact]) => `${name} ${fact.does}${'member' in fact ? ` ${fact.member}` : ''}`)
    .join('; ')
}

type Facts = Lesson['learned']['operations'][number]

/** How a list is cut and sorted, in a few words. */
function listOf({ paging, order, envelope }: Facts): string {
  const words: string[] = []
  if (paging !== undefined && paging.style !== 'whole')
    words.push(`${paging.param} pages by ${paging.style}`)
  const { usual, most } = paging?.size ?? {}
  if (usual !== undefined) words.push(`${usual} a page`)
  if (most !== undefined) words.push(`at most ${most}`)
  if (order !== undefined) words.push(order === '-' ? 'the newest first' : `sorted by ${order}`)
  for (const [place, meaning] of Object.entries(envelope ?? {}))
    words.push(`${place} is ${meaning}`)
  return words.join('; ')
}

function changesOf({ changes }: Facts): string {
  return Object.entries(changes ?? {})
    .map(([who, set]) => `${who}: ${Object.keys(set).join(', ')}`)
    .join('; ')
}

function latencyOf(latency: Lesson['learned']['operations'][number]['latencyMs']): string {
  return latency === undefined ? '' : `${latency.p50}, ${latency.p95}`
}
