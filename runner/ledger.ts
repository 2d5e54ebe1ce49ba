import { depths, type Depth } from '../engine/depth.ts'
import { openTwin } from '../engine/twin.ts'
import { UsageError } from '../engine/usage-error.ts'
import { loadTwin } from '../twins/index.ts'

/** What one twin can do, and how well each operation is known. Generated: nobody writes it by hand. */
export interface Ledger {
  twin: string
  operations: number
  byDepth: Record<Depth, number>
  list: { id: string; method: string; path: string; depth: Depth }[]
}

/** The ledger of a twin. Fails with a UsageError when there is no such twin. */
export async function readLedger(name: string): Promise<Ledger> {
  const twin = openTwin(await loadTwin(name))
  const byDepth = Object.fromEntries(depths.map((depth) => [depth, 0])) as Record<Depth, number>
  const list = [...twin.operations.values()].map((op) => {
    const depth = twin.depthOf(op)
    byDepth[depth]++
    return { id: op.id, method: op.method, path: op.path, depth }
  })
  return { twin: twin.definition.name, operations: list.length, byDepth, list }
}

/** A row of words for each twin, under a row of titles. */
export function ledgerRows(ledgers: readonly Ledger[]): string[][] {
  const rows = ledgers.map(({ twin, operations, byDepth }) => [
    twin,
    String(operations),
    ...depths.map((depth) => String(byDepth[depth])),
  ])
  return [['twin', 'operations', ...depths], ...rows]
}

const begin = '<!-- ledger: written by npm run ledger -->'
const end = '<!-- /ledger -->'

/** A document with the ledger between its two marks brought up to date. Throws a UsageError when it has no such marks. */
export function withLedger(text: string, ledgers: readonly Ledger[], file: string): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from === -1 || to < from) {
    throw new UsageError('The document has no place for the ledger.', {
      file,
      fix: `Put the lines "${begin}" and "${end}" where it shall stand.`,
    })
  }
  return `${text.slice(0, from)}${begin}\n\n${toMarkdown(ledgers)}\n\n${text.slice(to)}`
}

function toMarkdown(ledgers: readonly Ledger[]): string {
  const rows = ledgerRows(ledgers)
  const widths = rows[0]!.map((_, i) => Math.max(3, ...rows.map((row) => row[i]!.length)))
  const spell = (row: string[]): string =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join(' | ')} |`
  const line = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  const [titles, ...others] = rows
  return [spell(titles!), `| ${line.join(' | ')} |`, ...others.map(spell)].join('\n')
}
