import type { OpenWorld } from '../../fronts/worlds.ts'
import type { AdminContext } from './admin.ts'
import { AdminError } from './admin-error.ts'

/** What an admin call answers; no body makes it empty. */
export interface AdminReply {
  status: number
  body?: unknown
}

/** One call of the admin API, found and checked. */
export interface AdminCall {
  context: AdminContext
  /** The world of the path; only there when the path has one. */
  open: OpenWorld
  path: Record<string, string>
  query: URLSearchParams
  /** The body; `{}` when there was none. */
  input: unknown
}

/** One thing that the admin API does. */
export interface AdminRoute {
  method: string
  /** `/worlds/{world}/reset`. */
  path: string
  /** Of the body, as JSON Schema. */
  schema?: object
  act: (call: AdminCall) => AdminReply | Promise<AdminReply>
}

/** Finds the route of a request. Throws an AdminError (404, 405) that lists what there is. */
export function findRoute(
  routes: readonly AdminRoute[],
  method: string,
  pathname: string,
): { route: AdminRoute; path: Record<string, string> } {
  const there = routes.flatMap((route) => {
    const path = matchPath(route.path, pathname)
    return path === undefined ? [] : [{ route, path }]
  })
  const found = there.find(({ route }) => route.method === method)
  if (found !== undefined) return found
  const where = `${method} ${pathname}`
  if (there.length > 0) {
    const allowed = there.map(({ route }) => route.method).join(', ')
    throw new AdminError(405, 'This path does not take this method.', {
      where,
      fix: `It takes ${allowed}.`,
    })
  }
  const fix = `There are: ${routes.map((route) => `${route.method} ${route.path}`).join(', ')}.`
  throw new AdminError(404, 'The admin API has no such path.', { where, fix })
}

function matchPath(template: string, pathname: string): Record<string, string> | undefined {
  const wanted = template.split('/')
  const given = pathname.replace(/(?<=.)\/$/, '').split('/')
  if (wanted.length !== given.length) return undefined
  const path: Record<string, string> = {}
  for (const [i, one] of wanted.entries()) {
    if (one.startsWith('{')) path[one.slice(1, -1)] = given[i]!
    else if (one !== given[i]) return undefined
  }
  return path
}
