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
      paramsOf(one.params),
      latencyOf(one.latencyMs),
    ]
    return `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `# ${name}: what recordings tell

Written by \`backlot learn\` from ${sources.length} recordings; \`learned.json\` holds every statement on a line of its own.
Correct a line there and add \`"by": "person"\`: it stays when learning is run again. \`"forget": true\` beside it takes a case out.

${contract.operations.length} operations are known, ${operations.length} of them from traffic. Callers ${auth.required ? 'need' : 'need no'} credentials${auth.scheme === undefined ? '' : ` (${auth.scheme})`}.

| operation | role | seen | statuses | cases | with effects | parameters | latency, ms (p50, p95) |
|---|---|--:|---|--:|--:|---|---|
${rows.join('\n')}
`
}

function paramsOf(params: Lesson['learned']['operations'][number]['params']): string {
  return Object.entries(params ?? {})
    .map(([name, fact]) => `${name} ${fact.does}${'member' in fact ? ` ${fact.member}` : ''}`)
    .join('; ')
}

function latencyOf(latency: Lesson['learned']['operations'][number]['latencyMs']): string {
  return latency === undefined ? '' : `${latency.p50}, ${latency.p95}`
}
