import type { Limits } from '../wall/wall.ts'
import { like, oneOf, someOf, strictly, textLike } from '../config/strict.ts'
import { exactly, list, maybe, text, word, yesNo } from '../report/schema/shape.ts'
import { containerShape } from './container-shape.ts'
import type {
  CommandDescription,
  ModuleDescription,
  RunningServiceDescription,
  ServiceDescription,
  SubjectDescription,
} from './description.ts'
import { common, limitFields, serving, startMs, tenant } from './shape-parts.ts'

const limits = like(
  'What it may use up behind the wall.',
  { memoryMb: 512 },
  strictly<Limits>('limits', limitFields),
)

const program = {
  command: like('Program and arguments.', ['node', 'service.js'], someOf<readonly string[]>(text)),
  cwd: maybe(like('Where it runs, from the file’s folder.', '.', text)),
  startMs,
  reads: maybe(
    like(
      'Folders that it may read behind the wall besides its own.',
      ['../shared'],
      list<readonly string[]>(text),
    ),
  ),
  limits: maybe(limits),
}

const command = strictly<CommandDescription>('a command subject', {
  kind: exactly('command'),
  ...common,
  ...program,
  warm: maybe(like('Keep one process for many trials.', true, yesNo)),
})

const module = strictly<ModuleDescription>('a module subject', {
  kind: exactly('module'),
  ...common,
  module: like('The path of a file that exports a function.', './service.js', text),
  reach: maybe(
    like('How it reaches the twins.', 'fetch', word<'fetch' | 'http'>({ fetch: true, http: true })),
  ),
})

const service = strictly<ServiceDescription>('a service subject', {
  kind: exactly('service'),
  ...common,
  ...program,
  ...serving,
  warm: maybe(like('Keep one process for many trials, one after the other.', true, yesNo)),
})

const runningService = strictly<RunningServiceDescription>('a running service', {
  kind: exactly('service'),
  ...common,
  startMs,
  url: like(
    'Where it is reached on this machine.',
    'http://127.0.0.1:3000',
    textLike('^http://(localhost|127\\.[0-9.]+|\\[::1\\])(:[0-9]+)?(/|$)'),
  ),
  tenant,
})

/** What a subject's description may say. A kind of subject is added here, in `description.ts`, and in `load.ts`. */
export const subjectShape = like<SubjectDescription>(
  'The code under test.',
  { kind: 'command', command: ['node', 'service.js'] },
  oneOf<SubjectDescription>('a subject', [
    command as never,
    module as never,
    service as never,
    runningService as never,
    containerShape as never,
  ]),
)
