import { writeFile } from 'node:fs/promises'
import { UsageError } from '../../engine/usage-error.ts'
import { readCount, readFlags } from '../flags.ts'
import { loadTwinOrSpec } from '../spec-file.ts'
import { findCassettes, readParts } from '../verify/cassettes.ts'
import { noNotes } from '../verify/har-entry.ts'
import { liveTarget } from '../verify/live-target.ts'
import { readLeast, shortfalls } from '../verify/least.ts'
import { verifyPage } from '../verify/page.ts'
import { percent, printVerdict } from '../verify/print.ts'
import { replay } from '../verify/replay.ts'
import { Tally, type Verdict } from '../verify/tally.ts'
import type { Target } from '../verify/target.ts'
import { twinTarget } from '../verify/twin-target.ts'
import { Unifier } from '../verify/unifier.ts'

export const verifyHelp = `backlot verify <twin> --har FILE… – replays recordings and tells how far the twin agrees

  backlot verify okta --har recordings/okta
  backlot verify ./openapi.yaml --har session.har --json
  backlot verify ./twins/notion --har session.har --min status=0.9,shape=0.8

<twin> is a twin's name, an OpenAPI document, or a folder that backlot learn wrote. Every recording is
played in a world of its own, seeded with what the recording shows to have existed before; recorded
ids, times and tokens are matched with the twin's own as they appear.

Fidelity by level, as shares: status; headers that clients act on; shape (places and types, missing and
extra both count); values. A wrong status makes the rest 0. "Whole" counts exchanges without any difference.

  --har PATH        a recording (HAR 1.2) or a folder of them; may be repeated
  --min L=S,…       end with 1 when a level falls below: status=0.9,shape=0.8 (also headers, values)
  --html FILE       the whole verdict as a page
  --json            the whole verdict as JSON
  --operations N    how many operations to print (15)
  --worst N         how many differences to print (12)
  --edited          also judge recordings that their index calls edited by hand
  --live URL        ask the real service (or its sandbox) instead of the twin: writes are really made;
                    the credential is read from BACKLOT_LIVE_AUTHORIZATION
`

/** Runs `backlot verify`; returns the exit code. */
export async function verify(args: readonly string[]): Promise<number> {
  const { values, positionals } = readFlags('verify', args, {
    har: { type: 'string', multiple: true, default: [] },
    min: { type: 'string' },
    html: { type: 'string' },
    json: { type: 'boolean', default: false },
    operations: { type: 'string', default: '15' },
    worst: { type: 'string', default: '12' },
    edited: { type: 'boolean', default: false },
    live: { type: 'string' },
  })
  const [word, ...more] = positionals
  if (word === undefined) {
    throw new UsageError('Which twin is to be verified?', {
      fix: 'Write for example: backlot verify okta --har recordings/okta',
    })
  }
  const paths = [...values.har, ...more]
  if (paths.length === 0) {
    throw new UsageError('Against which recordings?', {
      field: '--har',
      fix: 'Name a .har file or a folder of them.',
    })
  }
  const least = readLeast(values.min)
  const options = {
    operations: readCount('--operations', values.operations, 0),
    worst: readCount('--worst', values.worst, 0),
  }
  const target =
    values.live === undefined
      ? twinTarget(await loadTwinOrSpec(word))
      : liveTarget(values.live, process.env['BACKLOT_LIVE_AUTHORIZATION'])
  const verdict = await judge(target, paths, values.edited)
  if (values.html !== undefined) await writeFile(values.html, verifyPage(verdict))
  process.stdout.write(
    values.json ? `${JSON.stringify(verdict)}\n` : printVerdict(verdict, options),
  )
  const short = shortfalls(verdict.all, least)
  for (const { level, is, wanted } of short)
    process.stderr.write(`${level} is ${percent(is)}, less than ${percent(wanted)}\n`)
  return short.length > 0 ? 1 : 0
}

/** Plays every recording, one after the other: memory holds a part of one at a time. */
async function judge(
  target: Target,
  paths: readonly string[],
  withEdited: boolean,
): Promise<Verdict> {
  const tally = new Tally()
  const facts = { cassettes: 0, unplayable: 0, unread: 0, cut: 0 }
  for (const cassette of await findCassettes(paths)) {
    if (cassette.isEdited && !withEdited) continue
    const notes = noNotes()
    // What the real service called things holds on; a world of ours ends with its part.
    const unifier = target.isLasting === true ? new Unifier() : undefined
    for await (const part of readParts(cassette, notes)) {
      const done = await replay(target, part, unifier)
      for (const one of done.compared) tally.add(one)
      facts.unplayable += done.unplayable
    }
    facts.cassettes++
    facts.unread += notes.unread + notes.tooLarge
    facts.cut += notes.cut
  }
  return tally.verdict(target.name, facts)
}
