import { join } from 'node:path'
import { keepCorrections } from '../../engine/learn/format.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import { crossValidate, printCrossValidation } from '../learn/cross-validate.ts'
import { readLearnedFile, writeFolder } from '../learn/folder.ts'
import { readSpecs, teach } from '../learn/teach.ts'
import { tellFacts } from '../learn/tell.ts'
import { findCassettes } from '../verify/cassettes.ts'
import { noNotes } from '../verify/har-entry.ts'

export const learnHelp = `backlot learn <name> --spec FILE --har FILE… – makes a twin from recorded traffic

  backlot learn notion --har session.har
  backlot learn notion --spec openapi.yaml --har recordings/ --out twins/notion
  backlot learn google --spec drive.json --spec sheets.json --har recordings/google --cross-validate

Writes a folder: contract.json (the interface: the document's, and what traffic adds to it), learned.json
(one statement a line: which replies when, what an action changes, what a list obeys), twin.ts, FACTS.md.
Correct a line of learned.json and add "by": "person": it stays when learning is run again.
Use it:  backlot up ./twins/notion    backlot verify ./twins/notion --har other.har

  --spec FILE        an OpenAPI document (2.0, 3.0, 3.1); may be repeated
  --har PATH         a recording (HAR 1.2) or a folder of them; may be repeated
  --out FOLDER       where to write (twins/<name>)
  --cross-validate   write nothing: learn on part of the recordings and be judged on the rest, beside
                     exact-match replay, a mock made from the document, and the twin of the document alone
  --folds N          into how many parts (5)
  --json             the result as JSON
`

/** Runs `backlot learn`; returns the exit code. */
export async function learn(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('learn', args, {
    spec: { type: 'string', multiple: true, default: [] },
    har: { type: 'string', multiple: true, default: [] },
    out: { type: 'string' },
    'cross-validate': { type: 'boolean', default: false },
    folds: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
  })
  const [name, ...more] = positionals
  if (name === undefined || !/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
    throw new UsageError(
      name === undefined ? 'What is the twin to be called?' : `"${name}" is no name for a twin.`,
      {
        fix: 'A name is lower case, one word: backlot learn notion --har session.har',
      },
    )
  }
  const paths = [...values.har, ...more]
  if (paths.length === 0) {
    throw new UsageError('From which recordings?', {
      field: '--har',
      fix: 'Name a .har file or a folder of them; a document alone needs no learning: backlot up ./openapi.yaml',
    })
  }
  const cassettes = await findCassettes(paths)
  const spec = await readSpecs(name, values.spec)
  if (values['cross-validate']) {
    const folds = readCount('--folds', values.folds, 2)
    const result = await crossValidate(name, spec, cassettes, folds, (fold) => {
      if (process.stderr.isTTY) process.stderr.write(`fold ${fold + 1}\n`)
    })
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : printCrossValidation(result))
    return 0
  }
  const told = await learnInto(values.out ?? join('twins', name), spec, cassettes)
  process.stdout.write(values.json ? `${JSON.stringify(told)}\n` : describe(told))
  return 0
}

/** Learns, keeps what a person corrected, writes the folder, and says what there is now. */
async function learnInto(
  folder: string,
  spec: Awaited<ReturnType<typeof readSpecs>>,
  cassettes: Awaited<ReturnType<typeof findCassettes>>,
) {
  const before = await readLearnedFile(folder)
  const notes = noNotes()
  const fresh = await teach(spec, cassettes, notes)
  const lesson = { ...fresh, learned: keepCorrections(fresh.learned, before) }
  const written = await writeFolder(
    folder,
    lesson,
    tellFacts(
      lesson,
      cassettes.map((one) => one.name),
    ),
  )
  return {
    folder,
    written,
    recordings: cassettes.length,
    operations: lesson.contract.operations.length,
    learned: lesson.learned.operations.length,
    cases: lesson.learned.cases.length,
    kept: lesson.learned.cases.filter(({ by }) => by === 'person').length,
    unkept: fresh.unkept,
    ...notes,
  }
}

function describe(
  told: Readonly<Record<'folder', string>> &
    Record<
      | 'recordings'
      | 'operations'
      | 'learned'
      | 'cases'
      | 'kept'
      | 'unread'
      | 'tooLarge'
      | 'cut'
      | 'unkept',
      number
    >,
): string {
  const { folder, recordings, operations, learned, cases, kept, unread, tooLarge, cut, unkept } =
    told
  const lines = [
    `${learned} operations learned from ${recordings} recordings (${operations} known in all), ${cases} cases, in ${folder}`,
  ]
  if (kept > 0) lines.push(`${kept} lines that a person wrote were kept`)
  if (unread + tooLarge > 0)
    lines.push(
      `${unread + tooLarge} entries are no whole HTTP exchange, or too large, and were left out`,
    )
  if (unkept > 0) lines.push(`${unkept} exchanges were like many others, and were not learned from`)
  if (cut > 0) lines.push(`${cut} exchanges have a body that was too long, and were cut`)
  lines.push(`Try it: backlot up ./${folder}`)
  return `${lines.join('\n')}\n`
}
