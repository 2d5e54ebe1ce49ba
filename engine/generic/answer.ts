import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { notImplemented } from '../not-implemented.ts'
import { list } from './list.ts'
import { isBehaved } from './locate.ts'
import { read, readSample } from './read.ts'
import { link, remove, unlink } from './remove.ts'
import type { Role, RoleKind } from './resource.ts'
import { resourcesOf } from './resources.ts'
import { create, write } from './write.ts'

const behaviors: Readonly<Record<RoleKind, (exchange: Exchange, role: Role) => Reply>> = {
  create,
  read,
  list,
  replace: write,
  change: write,
  delete: remove,
  link,
  unlink,
  related: list,
  sample: readSample,
}

/**
 * Answers an operation from the contract alone: what is created can be read, listed, changed and
 * deleted. Where the effect of an operation is unknown, a loud 501 rather than a success that
 * changes nothing.
 */
export function answerGenerically(exchange: Exchange): Reply {
  const role = resourcesOf(exchange.twin.contract).roles.get(exchange.op!)
  if (role === undefined)
    return notImplemented(exchange, 'the contract does not tell what it changes')
  const { resource } = role
  if (resource !== undefined && isBehaved(exchange.twin.definition, resource)) {
    return notImplemented(
      exchange,
      `what "${resource.noun}" there are is known to hand-written behaviour only, and this operation has none`,
    )
  }
  return behaviors[role.kind](exchange, role)
}
