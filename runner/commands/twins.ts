import { depths, type Depth } from '../../engine/depth.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { openTwin, type OpenTwin } from '../../engine/twin.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { loadTwin, twinNames } from '../../twins/index.ts'
import { readDepth, readFlags } from '../flags.ts'

export const twinsHelp = `backlot twins – the support ledger: what each twin can do, and how well it is known

  backlot twins                        a line for each twin
  backlot twins --twin okta            every operation of one, with its depth
  backlot twins --twin okta --depth behaved
  backlot twins --json

Depths, from shallow to deep: spec (its shape alone), learned (from recordings), behaved (written by
hand), checked (compared with a recording or an official client). Generated, never written by hand.
`

interface Ledger {
  twin: string
  operations: number
  byDepth: Record<Depth, number>
  list: { id: string; method: string; path: string; depth: Depth }[]
}

/** Runs `backlot twins`; returns the exit code. */
export async function twins(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('twins', args, {
    twin: { type: 'string' },
    depth: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  if (positionals.length > 0) {
    const fix = twinNames.includes(positionals[0] as never)
      ? `Did you mean --twin ${positionals[0]}?`
      : didYouMean(positionals[0]!, twinNames)
    throw new UsageError(`"${positionals[0]}" is no flag of backlot twins.`, { fix })
  }
  const names = values.twin === undefined ? twinNames : [values.twin]
  const ledgers: Ledger[] = []
  for (const name of names) ledgers.push(toLedger(openTwin(await loadTwin(name))))
  const only = values.depth === undefined ? undefined : readDepth('--depth', values.depth)
  for (const ledger of ledgers) {
    if (only !== undefined) ledger.list = ledger.list.filter(({ depth }) => depth === only)
  }
  if (values.json) process.stdout.write(`${JSON.stringify(ledgers)}\n`)
  else if (values.twin !== undefined || only !== undefined) ledgers.forEach(printList)
  else process.stdout.write(toTable(ledgers))
  return 0
}

function toLedger(twin: OpenTwin): Ledger {
  const byDepth = Object.fromEntries(depths.map((depth) => [depth, 0])) as Record<Depth, number>
  const list = [...twin.operations.values()].map((op) => {
    const depth = twin.depthOf(op)
    byDepth[depth]++
    return { id: op.id, method: op.method, path: op.path, depth }
  })
  return { twin: twin.definition.name, operations: list.length, byDepth, list }
}

function toTable(ledgers: readonly Ledger[]): string {
  const rows = [['twin', 'operations', ...depths]]
  for (const { twin, operations, byDepth } of ledgers) {
    rows.push([twin, String(operations), ...depths.map((depth) => String(byDepth[depth]))])
  }
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
        .join('  '),
    )
    .join('\n')
    .concat('\n')
}

function printList({ list }: Ledger): void {
  const width = Math.max(0, ...list.map(({ id }) => id.length))
  for (const { id, method, path, depth } of list) {
    process.stdout.write(`${depth.padEnd(8)} ${id.padEnd(width)}  ${method} ${path}\n`)
  }
}
