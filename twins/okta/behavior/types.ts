import { json, refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { baseAttributes, customAttributes, type Attribute } from '../attributes.ts'
import { org, orgFacts } from '../state.ts'
import { isoSecond } from '../times.ts'

const description = 'Okta user profile template with default permission settings'

function bornAt(exchange: Exchange): string {
  return isoSecond(exchange.rows.get(orgFacts, 'born')?.at ?? 0)
}

function viewType(exchange: Exchange): object {
  const { origin } = exchange
  const link = (rel: string, path: string): object => ({
    rel,
    href: `${origin}${path}`,
    method: 'GET',
  })
  return {
    id: org.typeId,
    displayName: 'User',
    name: 'user',
    description,
    createdBy: 'spr00qk8w0pOrgAcm5d7',
    lastUpdatedBy: 'spr00qk8w0pOrgAcm5d7',
    created: bornAt(exchange),
    lastUpdated: bornAt(exchange),
    default: true,
    _links: {
      schema: link('schema', `/api/v1/meta/schemas/user/${org.schemaId}`),
      self: link('self', `/api/v1/meta/types/user/${org.typeId}`),
    },
  }
}

function listUserTypes(exchange: Exchange): Reply {
  return json(200, [viewType(exchange)])
}

function getUserType(exchange: Exchange): Reply {
  const id = exchange.path['typeId'] ?? ''
  if (id !== org.typeId && id !== 'default') refuse('not-found', { id, entity: 'CVDType' })
  return json(200, viewType(exchange))
}

function getUserSchema(exchange: Exchange): Reply {
  const { path, origin, rows } = exchange
  const id = path['schemaId'] ?? ''
  if (id !== org.schemaId && id !== 'default') refuse('not-found', { id, entity: 'CVDType' })
  const link = (rel: string, to: string): object => ({ rel, href: `${origin}${to}`, method: 'GET' })
  const custom = rows.all(customAttributes)
  return json(200, {
    id: `${origin}/meta/schemas/user/${id}`,
    $schema: 'http://json-schema.org/draft-04/schema#',
    name: 'user',
    title: 'User',
    description,
    lastUpdated: bornAt(exchange),
    created: bornAt(exchange),
    definitions: {
      custom: toDefinition('#custom', custom, []),
      base: toDefinition('#base', baseAttributes, ['login', 'firstName', 'lastName', 'email']),
    },
    type: 'object',
    properties: {
      profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] },
    },
    _links: {
      self: link('self', `/api/v1/meta/schemas/user/${org.schemaId}`),
      type: link('type', `/api/v1/meta/types/user/${org.typeId}`),
    },
  })
}

function toDefinition(id: string, attributes: readonly Attribute[], required: string[]): object {
  const properties = Object.fromEntries(attributes.map((one) => [one.name, toProperty(one)]))
  return { id, type: 'object', properties, required }
}

function toProperty(attribute: Attribute): object {
  const { name: _name, $maxLength: _unseen, self, type, title, ...limits } = attribute
  return {
    title,
    type,
    ...limits,
    mutability: 'READ_WRITE',
    scope: 'NONE',
    permissions: [{ principal: 'SELF', action: self }],
    master: { type: 'PROFILE_MASTER' },
  }
}

export const typeBehaviors = { listUserTypes, getUserType, getUserSchema }
