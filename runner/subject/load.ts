import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, dirname, extname, isAbsolute, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { didYouMean, nearest } from '../../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'
import { twinNames } from '../../twins/index.ts'
import { placeIn } from '../config/place-in.ts'
import { describedIn } from '../config/described-in.ts'
import { findConfig } from '../config/find-config.ts'
import { readDocument, readText } from '../read-document.ts'
import { createCommandSubject } from './command.ts'
import { createContainerSubject } from './container.ts'
import { readDescription, type Locate, type SubjectDescription } from './description.ts'
import { minimalEnv } from './minimal-env.ts'
import { createModuleSubject, loadModuleSubject, type SubjectFunction } from './module.ts'
import { createRunningService } from './service/running.ts'
import { createServiceSubject } from './service/service.ts'
import type { Subject } from './subject.ts'
import { createWarmCommandSubject } from './warm-command.ts'
import { openWall, type WallChoice } from '../wall/choose.ts'

/**
 * Makes a subject from its description file (JSON, YAML, TypeScript, JavaScript), or from one in a
 * configuration (`backlot.config.ts#desk`), behind the strongest wall or the one that is named. Throws
 * a UsageError that says what is wrong with it, or why there is no wall.
 */
export async function loadSubject(path: string, wall?: WallChoice): Promise<Subject> {
  const configured = describedIn(path)
  if (configured !== undefined) {
    const { name, value, at } = configured
    return describeSubject({ name, ...(value as object) }, resolve(configured.file), at, wall)
  }
  const file = resolve(path)
  if (/^\.(?:[cm]?[jt]s)$/.test(extname(file))) return loadScript(file, wall)
  const document = await readDocument(file)
  return describeSubject(document.value, file, document.at, wall)
}

async function loadScript(file: string, wall: WallChoice | undefined): Promise<Subject> {
  await readText(file)
  let exported: unknown
  try {
    exported = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default
  } catch (error) {
    throw new UsageError('The subject does not load.', { file, fix: String(error) })
  }
  if (typeof exported === 'function') {
    const name = nameOf(file)
    const handle = exported as SubjectFunction
    return createModuleSubject(handle, { name, reach: 'fetch', env: {}, timeoutMs: 30_000 })
  }
  const text = await readText(file)
  const at: Locate = (...where) => placeIn(file, text, where)
  return describeSubject(exported, file, at, wall)
}

/** Makes a subject from what a file at `file` says of it; `at` tells where. */
export async function describeSubject(
  value: unknown,
  file: string,
  at: Locate,
  chosen: WallChoice | undefined,
): Promise<Subject> {
  const known = readDescription(value, at)
  const { name = nameOf(file), env = {}, timeoutMs = 30_000, settleMs } = known
  const shared = { name, env: { ...env }, timeoutMs }
  const inbound = readInbound(known.inbound, at)
  const subject = await makeSubject(known, { shared, folder: dirname(file), at, chosen })
  return { ...subject, inbound, ...(settleMs === undefined ? {} : { settleMs }) }
}

interface Making {
  shared: { name: string; env: Record<string, string>; timeoutMs: number }
  folder: string
  at: Locate
  chosen: WallChoice | undefined
}

async function makeSubject(known: SubjectDescription, making: Making): Promise<Subject> {
  const { shared, folder, at, chosen } = making
  if (known.kind === 'module') {
    const { module, reach = 'fetch' } = known
    return loadModuleSubject({ ...shared, reach, file: resolve(folder, module) })
  }
  if (known.kind === 'container') {
    refuseWall(chosen, at('kind'))
    return createContainerSubject(known, { ...shared, folder, at })
  }
  const { startMs = 15_000 } = known
  if ('url' in known) return createRunningService({ ...shared, ...known, startMs })
  const cwd = resolve(folder, known.cwd ?? '.')
  needFolder(cwd, at('cwd'))
  needExecutable(known.command[0]!, cwd, shared.env, at('command'))
  const { command, reads = [], limits } = known
  const readable = [folder, ...reads.map((one) => resolve(folder, one))]
  for (const one of readable) needFolder(one, at('reads'))
  const wall = await openWall(chosen ?? findConfig()?.config.wall)
  wall.check?.({ command, cwd, env: shared.env }, readable)
  const bounds = limits === undefined ? {} : { limits }
  const options = { ...shared, startMs, cwd, command, wall, readable, ...bounds }
  if (known.kind === 'service') {
    const { port, portEnv = 'PORT', ready, stopMs = 5000, tenant, warm = false } = known
    return createServiceSubject({ ...options, port, portEnv, ready, stopMs, tenant, warm })
  }
  return known.warm ? createWarmCommandSubject(options) : createCommandSubject(options)
}

/** Whoever asks for a certain wall must not get another one unawares. */
function refuseWall(chosen: WallChoice | undefined, where: Whereabouts): void {
  if (chosen === undefined) return
  throw new UsageError('A container is a wall of its own.', {
    ...where,
    fix: 'Leave --wall out.',
  })
}

function readInbound(
  inbound: SubjectDescription['inbound'] = {},
  at: Locate,
): NonNullable<Subject['inbound']> {
  const all = Object.entries(inbound)
  // A twin of a scenario's own may have any name, but hardly one that is nearly another's.
  const names: readonly string[] = twinNames
  const misspelt = all.find(([twin]) => !names.includes(twin) && nearest(twin, names) !== undefined)
  if (misspelt !== undefined) {
    const fix = didYouMean(misspelt[0], names)
    throw new UsageError(`There is no twin "${misspelt[0]}".`, {
      ...at('inbound', misspelt[0]),
      fix,
    })
  }
  return Object.fromEntries(
    all.map(([twin, one]) => [twin, typeof one === 'string' ? { path: one } : one]),
  )
}

function needFolder(path: string, where: Whereabouts): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return
  throw new UsageError(`There is no folder "${path}" to run in.`, where)
}

function needExecutable(
  program: string,
  cwd: string,
  env: Record<string, string>,
  where: Whereabouts,
): void {
  const path = env['PATH'] ?? minimalEnv('')['PATH']!
  const isPath = isAbsolute(program) || program.includes('/')
  const candidates = isPath
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((folder) => join(folder, program))
  if (process.platform === 'win32' || candidates.some(isExecutable)) return
  const fix = isPath ? 'Check the path and that the file may be executed.' : 'Is it installed?'
  throw new UsageError(`There is no program "${program}".`, { ...where, fix })
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

function nameOf(file: string): string {
  const base = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1)
  return base.replace(/(?:\.subject)?\.[^.]+$/, '')
}
