import type { Exchange } from '../../engine/exchange.ts'

/** Under which base and API version a call came in. */
export interface Mount {
  /** The path as the contract spells it, version 3. */
  path: string
  /** As called: `3`, `2` or `latest`; rich text is ADF in 3 and wiki text in the others. */
  version: '3' | '2' | 'latest'
  /** The site's id, when the call came through the gateway. */
  cloudId: string | undefined
}

const gateway = /^\/ex\/jira\/([^/]+)(\/.*)$/
const siteMounts = new Map<string, Mount>()

/** Reads the mount off a path. Doubled slashes and one at the end don't count (FACTS: paths). */
export function mountOf({ pathname }: Exchange): Mount {
  // Several stages of one call ask.
  if (pathname !== lastPathname) {
    lastPathname = pathname
    lastMount = findMount(pathname)
  }
  return lastMount
}

let lastPathname = ''
let lastMount: Mount = { path: '', version: '2', cloudId: undefined }

function findMount(pathname: string): Mount {
  // The commonest form needs no look at anything else.
  if (pathname.startsWith('/rest/api/3/') && !pathname.includes('//')) {
    return { path: pathname, version: '3', cloudId: undefined }
  }
  const known = siteMounts.get(pathname)
  if (known !== undefined) return known
  const mount = readMount(pathname)
  if (siteMounts.size > 1000) siteMounts.clear()
  siteMounts.set(pathname, mount)
  return mount
}

function readMount(pathname: string): Mount {
  let path = pathname.replace(/\/{2,}/g, '/')
  const through = gateway.exec(path)
  if (through !== null) path = through[2]!
  const cloudId = through?.[1]
  const old = /^\/rest\/api\/(2|latest)(?=\/|$)/.exec(path)
  if (old === null) return { path, version: path.startsWith('/rest/api/3') ? '3' : '2', cloudId }
  return {
    path: `/rest/api/3${path.slice(old[0].length)}`,
    version: old[1] as '2' | 'latest',
    cloudId,
  }
}
