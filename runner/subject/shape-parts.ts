import {
  amount,
  like,
  milliseconds,
  portNumber,
  shortWait,
  strictly,
  textLike,
} from '../config/strict.ts'
import { dictionary, either, list, maybe, text } from '../report/schema/shape.ts'
import type { InboundDescription, ReadyDescription, TenantDescription } from './description.ts'

/** A path from the root. */
export const path = textLike('^/')
const requestLine = textLike('^[A-Z]+ /\\S*$')

const inbound = strictly<InboundDescription>('an inbound address', {
  path: like('Below the subject’s own URL.', '/hooks/jira', path),
  types: maybe(
    like('Event types; all when left out.', ['comment_created'], list<readonly string[]>(text)),
  ),
})

/** What every kind of subject may say. */
export const common = {
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

/** Of a program, wherever it runs. */
export const startMs = maybe(like('How long it may take to start.', 15_000, milliseconds))

/** What a program may use up, wherever it runs. */
export const limitFields = {
  memoryMb: maybe(like('Memory of all its processes.', 1024, amount)),
  processes: maybe(like('Processes and threads at once.', 256, amount)),
  files: maybe(like('Open files of each process.', 1024, amount)),
  fileMb: maybe(like('The largest file that it may write.', 256, amount)),
  diskMb: maybe(like('Home and temporary folder together.', 256, amount)),
  seconds: maybe(like('Processor time of each process.', 60, amount)),
}

const ready: Parameters<typeof maybe<ReadyDescription>>[0] = like(
  'When it takes requests.',
  { path: '/healthz' },
  either(
    strictly<{ path: string }>('a path that answers when it is ready', { path }),
    strictly<{ log: string }>('a word of its log', { log: textLike('.') }),
  ),
)

/** How one process tells its trials apart. */
export const tenant = like(
  'How one process tells many trials apart.',
  { open: 'POST /tenants', headers: { 'x-tenant': '{id}' } },
  strictly<TenantDescription>('a tenant', {
    open: maybe(like('Sent when a trial begins, with its settings.', 'POST /tenants', requestLine)),
    close: maybe(like('Sent when a trial has ended.', 'DELETE /tenants/{id}', requestLine)),
    path: maybe(like('Stands before every path.', '/t/{id}', path)),
    headers: maybe(like('Headers of every request.', { 'x-tenant': '{id}' }, dictionary(text))),
  }),
)

/** Of what listens on a port and is ours to start. */
export const serving = {
  port: maybe(like('The port that it listens on.', 3000, portNumber)),
  portEnv: maybe(
    like('The variable by which it is told its port.', 'PORT', textLike('^[A-Za-z_]\\w*$')),
  ),
  ready: maybe(ready),
  stopMs: maybe(like('How long it may take to end in good order.', 5000, milliseconds)),
  tenant: maybe(tenant),
}
