import { writeFile } from 'node:fs/promises'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { twinNames } from '../../twins/index.ts'
import { readDepth, readFlags } from '../flags.ts'
import { ledgerRows, readLedger, withLedger, type Ledger } from '../ledger.ts'
import { readText } from '../read-document.ts'

export const twinsHelp = `backlot twins – the support ledger: what each twin can do, and how well it is known

  backlot twins                        a line for each twin
  backlot twins --twin okta            every operation of one, with its depth
  backlot twins --twin okta --depth behaved
  backlot twins --json

  --twin NAME      one twin's operations
  --depth D        only operations of that depth
  --write          bring the ledger in README.md up to date
  --check          end with 1 when the ledger in README.md is not up to date
  --json           everything as JSON

Depths, from shallow to deep: spec (its shape alone), learned (from recordings), behaved (written by
hand), checked (compared with a recording or an official client). Generated, never written by hand.
`

/** Runs `backlot twins`; returns the exit code. */
export async function twins(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('twins', args, {
    twin: { type: 'string' },
    depth: { type: 'string' },
    write: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  })
  const [odd] = positionals
  if (odd !== undefined) {
    const isTwin = (twinNames as string[]).includes(odd)
    const fix = isTwin ? `Did you mean --twin ${odd}?` : didYouMean(odd, twinNames)
    throw new UsageError(`"${odd}" is no flag of backlot twins.`, { fix })
  }
  const { twin, depth, write, check, json } = values
  const ledgers = await Promise.all((twin === undefined ? twinNames : [twin]).map(readLedger))
  if (write || check) return keepUpToDate(ledgers, write)
  const only = depth === undefined ? undefined : readDepth('--depth', depth)
  for (const ledger of ledgers) {
    if (only !== undefined) ledger.list = ledger.list.filter((one) => one.depth === only)
  }
  if (json) process.stdout.write(`${JSON.stringify(ledgers)}\n`)
  else if (twin !== undefined || only !== undefined) ledgers.forEach(printList)
  else process.stdout.write(toTable(ledgers))
  return 0
}

const file = 'README.md'

async function keepUpToDate(ledgers: readonly Ledger[], write: boolean): Promise<number> {
  const text = await readText(file)
  const fresh = withLedger(text, ledgers, file)
  if (fresh === text) return 0
  if (write) {
    await writeFile(file, fresh)
    return 0
  }
  process.stderr.write(`The ledger in ${file} is not up to date: npm run ledger.\n`)
  return 1
}

function toTable(ledgers: readonly Ledger[]): string {
  const rows = ledgerRows(ledgers)
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)))
  const lines = rows.map((row) =>
    row.map((one, i) => (i === 0 ? one.padEnd(widths[i]!) : one.padStart(widths[i]!))).join('  '),
  )
  return `${lines.join('\n')}\n`
}

function printList({ list }: Ledger): void {
  const width = Math.max(0, ...list.map(({ id }) => id.length))
  for (const { id, method, path, depth } of list) {
    process.stdout.write(`${depth.padEnd(8)} ${id.padEnd(width)}  ${method} ${path}\n`)
  }
}
