import type { Limits } from '../wall/wall.ts'
import {
  amount,
  like,
  milliseconds,
  oneOf,
  portNumber,
  shortWait,
  someOf,
  strictly,
  textLike,
} from '../config/strict.ts'
import {
  dictionary,
  either,
  exactly,
  list,
  maybe,
  text,
  word,
  yesNo,
} from '../report/schema/shape.ts'
import type {
  CommandDescription,
  InboundDescription,
  ModuleDescription,
  ReadyDescription,
  RunningServiceDescription,
  ServiceDescription,
  SubjectDescription,
  TenantDescription,
} from './description.ts'

const path = textLike('^/')
const requestLine = textLike('^[A-Z]+ /\\S*$')

const inbound = strictly<InboundDescription>('an inbound address', {
  path: like('Below the subject’s own URL.', '/hooks/jira', path),
  types: maybe(
    like('Event types; all when left out.', ['comment_created'], list<readonly string[]>(text)),
  ),
})

const common = {
  name: maybe(like('In reports. Default: the file’s own name.', 'sync', text)),
  env: maybe(like('Settings of its own.', { MODE: 'test' }, dictionary(text))),
  timeoutMs: maybe(like('How long a request may take.', 30_000, milliseconds)),
  inbound: maybe(
    like(
      'Where it hears of the services’ events, by twin.',
      { jira: '/hooks/jira' },
      dictionary(either(path, inbound)),
    ),
  ),
  settleMs: maybe(like('So many ms without a call mean that it is done.', 25, shortWait)),
}

const limits = like(
  'What it may use up behind the wall.',
  { memoryMb: 512 },
  strictly<Limits>('limits', {
    memoryMb: maybe(like('Memory of all its processes.', 1024, amount)),
    processes: maybe(like('Processes and threads at once.', 256, amount)),
    files: maybe(like('Open files of each process.', 1024, amount)),
    fileMb: maybe(like('The largest file that it may write.', 256, amount)),
    diskMb: maybe(like('Home and temporary folder together.', 256, amount)),
    seconds: maybe(like('Processor time of each process.', 60, amount)),
  }),
)

const program = {
  command: like('Program and arguments.', ['node', 'service.js'], someOf<readonly string[]>(text)),
  cwd: maybe(like('Where it runs, from the file’s folder.', '.', text)),
  startMs: maybe(like('How long it may take to start.', 15_000, milliseconds)),
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

const ready: Parameters<typeof maybe<ReadyDescription>>[0] = like(
  'When it takes requests.',
  { path: '/healthz' },
  either(
    strictly<{ path: string }>('a path that answers when it is ready', { path }),
    strictly<{ log: string }>('a word of its log', { log: textLike('.') }),
  ),
)

const tenant = like(
  'How one process tells many trials apart.',
  { open: 'POST /tenants', headers: { 'x-tenant': '{id}' } },
  strictly<TenantDescription>('a tenant', {
    open: maybe(like('Sent when a trial begins, with its settings.', 'POST /tenants', requestLine)),
    close: maybe(like('Sent when a trial has ended.', 'DELETE /tenants/{id}', requestLine)),
    path: maybe(like('Stands before every path.', '/t/{id}', path)),
    headers: maybe(like('Headers of every request.', { 'x-tenant': '{id}' }, dictionary(text))),
  }),
)

const service = strictly<ServiceDescription>('a service subject', {
  kind: exactly('service'),
  ...common,
  ...program,
  port: maybe(like('The port that it listens on.', 3000, portNumber)),
  portEnv: maybe(
    like('The variable by which it is told its port.', 'PORT', textLike('^[A-Za-z_]\\w*$')),
  ),
  ready: maybe(ready),
  stopMs: maybe(like('How long it may take to end in good order.', 5000, milliseconds)),
  tenant: maybe(tenant),
  warm: maybe(like('Keep one process for many trials, one after the other.', true, yesNo)),
})

const runningService = strictly<RunningServiceDescription>('a running service', {
  kind: exactly('service'),
  ...common,
  startMs: program.startMs,
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
  ]),
)
