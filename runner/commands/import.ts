import { writeFile } from 'node:fs/promises'
import { formatContract } from '../../engine/contract/write.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readFlags } from '../flags.ts'
import { readContract } from '../spec-file.ts'

export const importHelp = `backlot import FILE – strips an OpenAPI document (2.0, 3.0, 3.1; JSON or YAML) to a contract

  backlot import openapi.yaml --out contract.json
  backlot import openapi.yaml --patch contract.patch.json --out contract.json

A contract holds bare facts (paths, names, types, limits, codes) and no prose: what a twin's folder
keeps. A patch corrects the vendor's document without touching it: a list of
{ "op": "replace", "path": "/operations/getUser/params/limit/schema", "value": {…}, "why": "…", "source": "…" }.

  --out FILE     where to write it; without, it goes to standard output
  --patch FILE   corrections
  --name NAME    the contract's name (the document's title)
  --json         tell what was read as JSON, on standard error
`

/** Runs `backlot import`; returns the exit code. */
export async function importDocument(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('import', args, {
    out: { type: 'string', short: 'o' },
    patch: { type: 'string' },
    name: { type: 'string' },
    json: { type: 'boolean', default: false },
  })
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) {
    throw new UsageError('backlot import takes one OpenAPI document.', {
      fix: 'Write for example: backlot import openapi.yaml --out contract.json',
    })
  }
  const { out, patch, name, json } = values
  const options = { patchFile: patch, ...(name === undefined ? {} : { name }) }
  const { contract, warnings } = await readContract(file, options)
  const text = formatContract(contract)
  if (out === undefined) process.stdout.write(text)
  else await writeFile(out, text)
  const told = {
    operations: contract.operations.length,
    schemas: Object.keys(contract.schemas).length,
    warnings,
  }
  process.stderr.write(json ? `${JSON.stringify(told)}\n` : describe(told, out))
  return 0
}

interface Told {
  operations: number
  schemas: number
  warnings: readonly { message: string; pointer: string; fix?: string }[]
}

function describe({ operations, schemas, warnings }: Told, out: string | undefined): string {
  const lines = warnings.map(({ message, pointer, fix }) => {
    return `! ${message} (at ${pointer}).${fix === undefined ? '' : ` ${fix}`}\n`
  })
  const where = out === undefined ? '' : `, written to ${out}`
  return `${lines.join('')}${operations} operations and ${schemas} schemas${where}\n`
}
