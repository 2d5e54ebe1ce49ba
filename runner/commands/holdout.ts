import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { readFlags } from '../flags.ts'
import { isRecipient, recipientOf } from '../holdout/seal/age.ts'
import { disclose, wasInSet } from '../holdout/seal/disclosure.ts'
import { defaultKeyFile, makeKeyFile, readKeyFile } from '../holdout/seal/keys.ts'
import { manifestName, readManifest, type Manifest } from '../holdout/seal/manifest.ts'
import { readCaseFiles } from '../holdout/seal/read-case-files.ts'
import { readCases, writeSet } from '../holdout/seal/sealed-set.ts'
import { readDocument } from '../read-document.ts'
import { audit, auditHelp } from './holdout-audit.ts'

export const holdoutHelp = `backlot holdout – cases that the code's author never sees, sealed with age

  backlot holdout init                                a key outside the repository; prints who to seal for
  backlot holdout seal cases/ --to age1…              a new set: ciphertext and a manifest of hashes and counts
  backlot holdout add late-leaver.ts                  more cases; needs no key, and opens none
  backlot holdout list                                how many, and how many of each tag; nothing else
  backlot holdout reseal --to age1…,age1…             for other release managers, same cases
  backlot holdout rotate --new-key FILE               a new key, and everything sealed for it
  backlot holdout disclose NAME --out case.json       lays one case open, with proof that it was in the set
  backlot holdout check case.json                     whether what was laid open was in this set
  backlot holdout audit --subject FILE                 traces of sealed cases in a subject; --behaviour plays it (below)

  --set FOLDER     where the set stands (holdout)
  --key FILE       the key that opens it (BACKLOT_HOLDOUT_KEY_FILE, or ~/.config/backlot/holdout.key)
  --to R,R         recipients to seal for
  --tag T          a tag for every case, beside its own; may be given twice
  --note TEXT      a word about the set, for everybody to read
  --known-key      the key is no secret (a demonstration): its file may be readable by all
  --json           as JSON

A case is one scenario file that imports nothing but backlot/scenario. Sealed files open with the
standard tool as well: age -d -i holdout.key holdout/cases/….age

${auditHelp}`

const flags = {
  set: { type: 'string', default: 'holdout' },
  key: { type: 'string' },
  'new-key': { type: 'string' },
  to: { type: 'string' },
  tag: { type: 'string', multiple: true, default: [] as string[] },
  note: { type: 'string' },
  out: { type: 'string' },
  'known-key': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const

type Flags = ReturnType<typeof readFlags<typeof flags>>['values']
type Act = (values: Flags, positionals: readonly string[]) => Promise<number>

const acts: Readonly<Record<string, Act>> = {
  init,
  seal,
  add,
  list,
  reseal,
  rotate,
  disclose: layOpen,
  check,
}

/** Runs `backlot holdout`; returns the exit code. */
export async function holdout(args: readonly string[]): Promise<number> {
  if (args[0] === 'audit') return audit(args.slice(1))
  const { values, positionals } = readFlags('holdout', args, flags)
  const [name, ...rest] = positionals
  const act = name === undefined || !Object.hasOwn(acts, name) ? undefined : acts[name]
  if (act !== undefined) return act(values, rest)
  const what = name === undefined ? 'Holdout needs a word more.' : `Holdout can't "${name}".`
  const names = [...Object.keys(acts), 'audit']
  const near = name === undefined ? '' : didYouMean(name, names)
  throw new UsageError(what, {
    fix: near || `One of ${names.join(', ')}; see backlot holdout --help.`,
  })
}

async function init(values: Flags, positionals: readonly string[]): Promise<number> {
  needNone(positionals)
  const file = values.key ?? defaultKeyFile()
  const recipient = await makeKeyFile(file, new Date())
  say(values, { key: file, recipient }, [
    `The key is in ${file}, for you alone. Whoever has it reads every case: keep a copy where you keep such things.`,
    `Seal for it with: backlot holdout seal FILES --to ${recipient}`,
  ])
  return 0
}

async function seal(values: Flags, paths: readonly string[]): Promise<number> {
  needSome(paths, 'Which scenarios are to be sealed?')
  const recipients = await recipientsFrom(values)
  if (existsSync(join(values.set, manifestName))) {
    throw new UsageError('There is a set already.', {
      file: join(values.set, manifestName),
      fix: 'Add to it with backlot holdout add, or name another folder with --set.',
    })
  }
  const now = new Date()
  const cases = await readCaseFiles(paths, { tags: values.tag, now })
  const made = await writeSet(values.set, cases, { recipients, now, note: values.note })
  return sayCount(
    values,
    made,
    `sealed in ${values.set}; keep the open files where no author reads them`,
  )
}

async function add(values: Flags, paths: readonly string[]): Promise<number> {
  needSome(paths, 'Which scenarios are to be added?')
  const { manifest: onto } = await readManifest(values.set)
  const now = new Date()
  const cases = await readCaseFiles(paths, { tags: values.tag, now })
  const { recipients } = onto
  const made = await writeSet(values.set, cases, { recipients, now, note: values.note, onto })
  return sayCount(values, made, `in ${values.set} now, ${cases.length} of them new`)
}

async function list(values: Flags, positionals: readonly string[]): Promise<number> {
  needNone(positionals)
  const { manifest, digest } = await readManifest(values.set)
  const { count, tags, recipients, sealed, root, note } = manifest
  const shown = {
    count,
    tags,
    recipients: recipients.length,
    sealed,
    root,
    digest,
    ...(note !== undefined && { note }),
  }
  const width = Math.max(0, ...Object.keys(tags).map((tag) => tag.length))
  say(values, shown, [
    `${count} cases, sealed ${sealed} for ${recipients.length} recipient${recipients.length === 1 ? '' : 's'}`,
    ...Object.entries(tags).map(([tag, n]) => `  ${tag.padEnd(width)}  ${n}`),
    `root ${root}`,
    ...(note === undefined ? [] : [note]),
  ])
  return 0
}

async function reseal(values: Flags, positionals: readonly string[]): Promise<number> {
  needNone(positionals)
  const recipients = await recipientsFrom(values)
  return sealAgain(values, recipients)
}

async function rotate(values: Flags, positionals: readonly string[]): Promise<number> {
  needNone(positionals)
  const { 'new-key': file } = values
  if (file === undefined) {
    throw new UsageError('Where shall the new key stand?', {
      field: '--new-key',
      fix: 'Name a file outside the repository. The old key is needed too: --key.',
    })
  }
  // The set must open before a key is made for it.
  const { identities } = await openWith(values)
  const { manifest } = await readManifest(values.set)
  const old = await Promise.all(identities.map(recipientOf))
  const recipient = await makeKeyFile(file, new Date())
  const others = manifest.recipients.filter((one) => !old.includes(one))
  return sealAgain(values, [...others, recipient])
}

async function sealAgain(values: Flags, recipients: readonly string[]): Promise<number> {
  const { cases, manifest } = await openWith(values)
  const note = values.note ?? manifest.note
  const made = await writeSet(values.set, cases, { recipients, now: new Date(), note })
  const who = `${recipients.length} recipient${recipients.length === 1 ? '' : 's'}`
  const past = 'What was committed before still opens with the old key'
  return sayCount(values, made, `sealed again for ${who}. ${past}: think of what it held as known`)
}

async function layOpen(values: Flags, names: readonly string[]): Promise<number> {
  const { out } = values
  if (names.length !== 1) throw new UsageError('Disclose lays one case open.', { fix: 'Name it.' })
  if (out === undefined) {
    throw new UsageError('Where shall it stand?', { field: '--out', fix: 'Write --out case.json.' })
  }
  const { cases, manifest } = await openWith(values)
  const one = cases.find(({ name, id }) => name === names[0] || id === names[0])
  if (one === undefined) {
    throw new UsageError(`There is no case "${names[0]}" in the set.`, { file: values.set })
  }
  const text = `${JSON.stringify(disclose(one, manifest), null, 2)}\n`
  await writeFile(out, text, { flag: 'wx' }).catch((error: Error) => {
    throw new UsageError(`It can't be written: ${error.message}.`, { file: out })
  })
  say(values, { out }, [
    `${one.name} is laid open in ${out}: it is worth nothing in the holdout from now on.`,
  ])
  return 0
}

async function check(values: Flags, files: readonly string[]): Promise<number> {
  const [file] = files
  if (file === undefined || files.length > 1) throw new UsageError('Check takes one file.', {})
  const { manifest } = await readManifest(values.set)
  const isIn = wasInSet(await readDocument(file), manifest.root)
  const { root } = manifest
  say(values, { inSet: isIn, root }, [
    isIn ? `It was in the set with root ${root}.` : `It was not in the set with root ${root}.`,
  ])
  return isIn ? 0 : 1
}

async function openWith(values: Flags) {
  const file = values.key ?? defaultKeyFile()
  const identities = await readKeyFile(file, { anyMode: values['known-key'] })
  return { identities, ...(await readCases(values.set, identities)) }
}

async function recipientsFrom({ to }: Flags): Promise<string[]> {
  const recipients = (to ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean)
  const wrong = recipients.find((one) => !isRecipient(one))
  if (recipients.length > 0 && wrong === undefined) return [...new Set(recipients)]
  const fix = 'Write --to age1…, as backlot holdout init printed it; several with commas.'
  const what = wrong === undefined ? 'For whom is it sealed?' : `"${wrong}" is no age recipient.`
  throw new UsageError(what, { field: '--to', fix })
}

function needNone([first]: readonly string[]): void {
  if (first !== undefined) throw new UsageError(`"${first}" is one too many.`, {})
}

function needSome(paths: readonly string[], what: string): void {
  if (paths.length === 0) throw new UsageError(what, { fix: 'Name files or folders of scenarios.' })
}

function sayCount(values: Flags, { count, root, tags }: Manifest, rest: string): number {
  say(values, { count, tags, root }, [
    `${count} case${count === 1 ? '' : 's'} ${rest}.`,
    `root ${root}`,
  ])
  return 0
}

function say({ json }: Flags, value: object, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${lines.join('\n')}\n`)
}
