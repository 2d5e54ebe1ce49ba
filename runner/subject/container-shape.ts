import { UsageError } from '../../engine/usage-error.ts'
import { amount, like, someOf, strictly, textLike } from '../config/strict.ts'
import type { Locate } from '../config/read-value.ts'
import { either, exactly, list, maybe, text, word, yesNo } from '../report/schema/shape.ts'
import type { Shape } from '../report/schema/shape.ts'
import type { ContainerResources } from '../wall/container/resources.ts'
import type { ContainerDescription, MountDescription } from './container-description.ts'
import { otherPort } from '../wall/lane/ledger.ts'
import { common, limitFields, path, serving, startMs } from './shape-parts.ts'

const cores: Shape<number> = { schema: { type: 'number', exclusiveMinimum: 0 }, parts: {} }

const mount = strictly<MountDescription>('a mount', {
  from: like('A folder or file, from the file’s folder.', './data', text),
  to: like('Where it stands in the container.', '/data', path),
  readOnly: maybe(like('Whether it may only be read; true when left out.', true, yesNo)),
})

/** What the description of a container may say. */
export const containerShape: Shape<ContainerDescription> = strictly<ContainerDescription>(
  'a container subject',
  {
    kind: exactly('container'),
    ...common,
    image: like('As the engine knows it.', 'acme/sync:1.4', textLike('.')),
    pull: maybe(like('Fetch the image when it is not on this machine.', true, yesNo)),
    mode: maybe(
      like(
        'What it is. Default: command.',
        'service',
        word<'command' | 'service'>({ command: true, service: true }),
      ),
    ),
    command: maybe(
      like(
        'Program and arguments. Default: the image’s own.',
        ['node', 'service.js'],
        someOf<readonly string[]>(text),
      ),
    ),
    cwd: maybe(like('Where it runs, in the container.', '/app', path)),
    user: maybe(like('As whom it runs, by name or number.', '1000:1000', textLike('.'))),
    mounts: maybe(
      like(
        'Folders and files of this machine that it sees.',
        [{ from: '.', to: '/app' }],
        list<readonly MountDescription[]>(mount),
      ),
    ),
    writes: maybe(
      like(
        'Folders of the container that are empty and may be written to.',
        ['/var/cache/sync'],
        list<readonly string[]>(path),
      ),
    ),
    resources: maybe(
      like(
        'What it may use up.',
        { memoryMb: 512, cpus: 1, processes: 64 },
        strictly<ContainerResources>('resources', {
          ...limitFields,
          processes: maybe(like('Processes and threads at once.', 256, amount)),
          cpus: maybe(like('Processor cores.', 0.5, cores)),
        }),
      ),
    ),
    startMs,
    warm: maybe(
      like(
        'Keep the container for many trials, or its process as well.',
        true,
        either(yesNo, word<'container'>({ container: true })),
      ),
    ),
    ...serving,
  },
)

/** On these the lane itself listens, in every network of its own. */
const takenPorts = new Set([53, 80, 443, otherPort])

/** What a shape can't say. Throws a UsageError at the field that is wrong. */
export function checkContainer(description: ContainerDescription, at: Locate): void {
  const { mode = 'command', warm, port } = description
  const ofServices = ['port', 'portEnv', 'ready', 'stopMs', 'tenant'] as const
  const misplaced = ofServices.find((name) => description[name] !== undefined)
  if (mode === 'command' && misplaced !== undefined) {
    throw new UsageError(`"${misplaced}" is for services.`, {
      ...at(misplaced),
      fix: 'Write "mode": "service" if it listens on a port; else leave it out.',
    })
  }
  if (mode === 'service' && warm === 'container') {
    throw new UsageError('A service keeps its process, or nothing.', {
      ...at('warm'),
      fix: 'Write "warm": true, or leave it out.',
    })
  }
  if (port !== undefined) needFreePort(port, at)
}

/** Throws a UsageError for a port that a program in a lane can't have. */
export function needFreePort(port: number, at: Locate): void {
  if (!takenPorts.has(port)) return
  throw new UsageError(`Port ${port} is the lane's own.`, {
    ...at('port'),
    fix: 'Let the service listen on another one, and name it in "port".',
  })
}
