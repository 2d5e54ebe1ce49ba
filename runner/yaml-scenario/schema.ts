import { depths } from '../../engine/depth.ts'
import { twinNames } from '../../twins/index.ts'
import { comparators, countComparators } from './comparators.ts'
import { makerFields, type FieldKind, type MakerFields } from './maker-fields.ts'
import { sightKeys } from './read-sight.ts'
import { methods } from './story.ts'

type Schema = Readonly<Record<string, unknown>>

const calculated: Schema = { type: 'string', pattern: String.raw`\$\{` }
const text: Schema = { type: ['string', 'number', 'boolean'] }
const anything: Schema = {}
const name: Schema = {
  type: 'string',
  pattern: String.raw`^[\p{L}_][\p{L}\p{N}_]*$`,
  description: 'Under this name, later steps find it: ${name.field}.',
}
const steps: Schema = { type: 'array', items: { $ref: '#/definitions/step' } }
const range: Schema = {
  type: 'object',
  required: ['from', 'to'],
  additionalProperties: false,
  properties: { from: { type: 'integer' }, to: { type: 'integer' } },
}
const twin = `(?:${twinNames.join('|')}|[a-z][a-z0-9-]*)`

/** The JSON Schema of scenarios in YAML and JSON, for an editor's completion and errors. */
export function storySchema(): Schema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A Backlot scenario',
    type: 'object',
    required: ['scenario', 'twins', 'steps'],
    additionalProperties: false,
    properties: {
      $schema: { type: 'string' },
      scenario: { type: 'string', description: 'What has to be so, as a sentence.' },
      about: { type: 'string', description: 'One or two sentences for the reader of a report.' },
      twins: {
        type: 'array',
        minItems: 1,
        items: { anyOf: [{ enum: twinNames }, { type: 'string', pattern: '^[^=]+=.+' }] },
        description: 'The services of the story; desk=./twin names one that was learned.',
      },
      budget: {
        type: 'object',
        additionalProperties: { type: 'number', minimum: 0 },
        description: 'What the subject may spend; seconds are virtual.',
      },
      tags: { type: 'array', items: { type: 'string' } },
      vary: {
        type: 'object',
        description: 'What is drawn anew for every trial: ${vary.name}.',
        additionalProperties: { anyOf: [{ type: 'array', minItems: 1 }, range] },
      },
      minDepth: { enum: depths },
      steps,
    },
    definitions: { step: { anyOf: [...stepSchemas(), ...givenSchemas()] } },
  }
}

function stepSchemas(): Schema[] {
  const known = { firstName: text, lastName: text, email: text }
  return [
    stepOf('person', {
      person: { ...name, description: 'Somebody new, whom the seed draws.' },
      count: { ...numeric(), description: 'So many people, as a list.' },
      with: { type: 'object', additionalProperties: false, properties: known },
    }),
    stepOf('let', { let: { type: 'object', description: 'Names for values.' } }),
    stepOf('look', {
      ...sight(),
      as: name,
    }),
    ...['calls', 'events', 'deliveries'].map((kind) =>
      stepOf(kind, { [kind]: sight()[kind], at: sight()['at'], as: name }, ['as']),
    ),
    stepOf('allow', {
      allow: {
        anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }],
        description: 'What the subject may change: okta.users[00u1].status',
      },
    }),
    stepOf(
      'when',
      {
        when: { ...text, description: 'What happens, as a sentence.' },
        ask: {
          type: 'string',
          pattern: `^(?:run|(?:${methods.join('|')})\\s+/.*)$`,
          description: 'What the subject is asked: POST /hr/leavers',
        },
        with: { description: 'What is sent along.' },
        as: name,
      },
      ['ask'],
    ),
    ...checkSchemas(),
    stepOf('advance', { advance: { ...text, description: 'Virtual time: 31 days' } }),
    stepOf('settle', {
      settle: {
        anyOf: [{ const: true }, { type: 'string' }],
        description: 'Until every event is delivered, or so much virtual time has passed.',
      },
    }),
    stepOf('step', { step: { ...text, description: 'A sentence.' }, do: steps }, ['do']),
    stepOf('for each', { 'for each': name, in: listOf(), do: steps }, ['in', 'do']),
  ]
}

function checkSchemas(): Schema[] {
  const status = { ...numeric(), description: 'Of the look.' }
  const about: [string, string][] = [
    ['then', 'What has to be so.'],
    ['must', 'What has to be so for the story to go on.'],
  ]
  return about.map(([kind, description]) =>
    stepOf(kind, { [kind]: { ...text, description }, ...sight(), status, ...comparisons() }),
  )
}

/** One for each maker, so that an editor completes its fields; and one for twins of others. */
function givenSchemas(): Schema[] {
  const rest = { as: name, 'for each': name, in: listOf() }
  const own = Object.entries(makerFields).flatMap(([twinName, makers]) =>
    Object.entries(makers).map(([maker, fields]) =>
      stepOf('given', {
        given: { const: `${twinName}.${maker}` },
        with: { anyOf: [propsSchema(fields), calculated] },
        ...rest,
      }),
    ),
  )
  const known = Object.keys(makerFields).join('|')
  const given = { type: 'string', pattern: `^(?!(?:${known})\\.)[^.]+\\.[^.]+$` }
  return [...own, stepOf('given', { given, with: {}, ...rest })]
}

function propsSchema(fields: MakerFields): Schema {
  const names = Object.keys(fields)
  const properties = Object.fromEntries(
    names.map((field) => [field, fieldSchema(fields[field]!.replace('!', '') as FieldKind)]),
  )
  const required = names.filter((field) => fields[field]!.endsWith('!'))
  return { type: 'object', additionalProperties: false, properties, required }
}

function fieldSchema(kind: FieldKind): Schema {
  if (kind === 'text') return { type: 'string' }
  if (kind === 'number') return numeric()
  if (kind === 'yes') return { anyOf: [{ type: 'boolean' }, calculated] }
  if (kind === 'texts') return listOf()
  return kind === 'object' ? { anyOf: [{ type: 'object' }, calculated] } : anything
}

function sight(): Record<string, Schema> {
  const words: Record<string, Schema> = {
    look: {
      type: 'string',
      pattern: `^${twin}\\s+(?:${methods.join('|')})\\s+/`,
      description: "Through the vendor's own API: okta GET /api/v1/users/${account.id}",
    },
    calls: { type: 'string', description: 'Calls of the subject: slack chat.postMessage' },
    events: { type: 'string', description: 'Events of a service: slack message' },
    deliveries: { type: 'string', description: 'Attempts to deliver events: slack message' },
    value: { description: 'A value: ${reply.status}' },
    query: { description: 'Of the look; it is encoded.' },
    with: { description: 'The body of the look.' },
    at: { type: 'string', description: 'Where in it: channels[name=general][0].id' },
  }
  return Object.fromEntries(sightKeys.map((key) => [key, words[key] ?? anything]))
}

function comparisons(): Record<string, Schema> {
  const of = { any: anything, text, number: numeric(), list: listOf(), true: { const: true } }
  const counts = {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(countComparators.map((one) => [one, numeric()])),
  }
  return Object.fromEntries(
    Object.entries(comparators).map(([key, { about, takes }]) => {
      const schema = takes === 'count' ? { anyOf: [numeric(), counts] } : of[takes]
      return [key, { ...schema, description: about }]
    }),
  )
}

function numeric(): Schema {
  return { anyOf: [{ type: 'number' }, calculated] }
}

function listOf(): Schema {
  return { anyOf: [{ type: 'array' }, calculated] }
}

function stepOf(kind: string, properties: Schema, needed: readonly string[] = []): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    required: [kind, ...needed],
    properties,
  }
}
