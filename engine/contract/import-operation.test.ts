import { expect, test } from 'vitest'
import { importOpenApi, type ImportOptions } from './read.ts'

const info = { title: 'Test', version: '1' }

function read(document: Record<string, unknown>, options?: ImportOptions) {
  return importOpenApi({ openapi: '3.0.3', info, ...document }, options)
}

test('makes operations: base path, parameters, body, replies, security', () => {
  const { contract, warnings } = read(
    {
      servers: [{ url: 'https://{org}.example.com/{v}/', variables: { v: { default: 'v2' } } }],
      security: [{ token: [] }],
      paths: {
        '/users/{id}': {
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
            { name: 'q', in: 'query', schema: { type: 'string' } },
          ],
          put: {
            operationId: 'putUser',
            tags: ['User'],
            deprecated: true,
            description: 'prose',
            'x-rate': 5,
            security: [{ oauth: ['users.manage'] }, {}],
            parameters: [
              { $ref: '#/components/parameters/Q' },
              { name: 'Accept', in: 'header', schema: {} },
              {
                name: 'f',
                in: 'query',
                content: { 'application/json': { schema: { type: 'object' } } },
              },
            ],
            requestBody: { $ref: '#/components/requestBodies/User' },
            responses: { '4xx': { $ref: '#/components/responses/Error' } },
          },
        },
      },
      components: {
        parameters: {
          Q: {
            name: 'q',
            in: 'query',
            explode: false,
            schema: { type: 'array', items: { type: 'string', example: 'x' } },
          },
        },
        requestBodies: {
          User: {
            required: true,
            content: {
              'Application/JSON; charset=utf-8': { schema: { type: 'object' }, example: {} },
            },
          },
        },
        responses: {
          Error: { description: 'no', headers: { 'X-Id': { schema: { type: 'integer' } } } },
        },
        securitySchemes: {
          token: { type: 'http', scheme: 'Bearer' },
          oauth: { type: 'oauth2', flows: {} },
        },
      },
    },
    { keep: ['x-rate'] },
  )
  expect(warnings).toEqual([])
  expect(contract).toEqual({
    name: 'Test',
    version: '1',
    operations: [
      {
        id: 'putUser',
        method: 'PUT',
        path: '/v2/users/{id}',
        params: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          {
            name: 'q',
            in: 'query',
            explode: false,
            schema: { type: 'array', items: { type: 'string' } },
          },
          { name: 'f', in: 'query', mediaType: 'application/json', schema: { type: 'object' } },
        ],
        body: { required: true, types: { 'application/json': { type: 'object' } } },
        replies: { '4XX': { types: {}, headers: { 'X-Id': { type: 'integer' } } } },
        security: [{ oauth: ['users.manage'] }, {}],
        tags: ['User'],
        deprecated: true,
        facts: { 'x-rate': 5 },
      },
    ],
    schemas: {},
    security: { token: { type: 'http', scheme: 'bearer' }, oauth: { type: 'oauth2' } },
  })
})

test('takes an object that is declared as bytes as JSON too, and bytes as bytes', () => {
  const bodyOf = (schema: object) => ({
    post: {
      requestBody: { content: { 'application/octet-stream': { schema } } },
      responses: {},
    },
  })
  const { contract } = importOpenApi({
    openapi: '3.0.0',
    info,
    paths: {
      '/files': bodyOf({ $ref: '#/components/schemas/File' }),
      '/bytes': bodyOf({ type: 'string', format: 'binary' }),
    },
    components: { schemas: { File: { type: 'object', properties: { name: { type: 'string' } } } } },
  })
  expect(contract.operations.map(({ body }) => Object.keys(body!.types))).toEqual([
    ['application/json', 'application/octet-stream'],
    ['application/octet-stream'],
  ])
})

test('reads Swagger 2.0: body, forms, collection formats, types', () => {
  const { contract } = importOpenApi({
    swagger: '2.0',
    info,
    basePath: '/api',
    consumes: ['application/json'],
    produces: ['application/json', 'text/xml'],
    securityDefinitions: {
      key: { type: 'apiKey', in: 'header', name: 'X-Key' },
      basic: { type: 'basic' },
    },
    definitions: {
      Pet: {
        type: 'object',
        discriminator: 'kind',
        properties: { a: { type: 'string', 'x-nullable': true } },
      },
    },
    paths: {
      '/pets': {
        post: {
          parameters: [
            { name: 'pet', in: 'body', required: true, schema: { $ref: '#/definitions/Pet' } },
            {
              name: 'm',
              in: 'query',
              type: 'array',
              items: { type: 'integer' },
              collectionFormat: 'multi',
            },
            { name: 'c', in: 'query', type: 'array', items: { type: 'integer' } },
            {
              name: 'p',
              in: 'query',
              type: 'array',
              items: { type: 'integer' },
              collectionFormat: 'pipes',
            },
          ],
          responses: {
            200: { schema: { $ref: '#/definitions/Pet' }, examples: { 'application/json': {} } },
          },
        },
        put: {
          parameters: [
            { name: 'file', in: 'formData', type: 'file', required: true },
            { name: 'tags', in: 'formData', type: 'array', items: { type: 'string' } },
          ],
          responses: {},
        },
      },
    },
  })
  const [post, put] = contract.operations
  const pet = { $ref: '#/schemas/Pet' }
  expect(post).toMatchObject({ id: 'post /pets', path: '/api/pets' })
  expect(post?.body).toEqual({ required: true, types: { 'application/json': pet } })
  expect(post?.replies).toEqual({ 200: { types: { 'application/json': pet, 'text/xml': pet } } })
  const list = { type: 'array', items: { type: 'integer' } }
  expect(post?.params).toEqual([
    { name: 'm', in: 'query', schema: list },
    { name: 'c', in: 'query', explode: false, schema: list },
    { name: 'p', in: 'query', style: 'pipeDelimited', schema: list },
  ])
  expect(put?.body).toEqual({
    required: true,
    types: {
      'multipart/form-data': {
        type: 'object',
        required: ['file'],
        properties: {
          file: { type: 'string', format: 'binary' },
          tags: { type: 'array', items: { type: 'string' } },
        },
      },
    },
    encoding: { tags: { explode: false } },
  })
  expect(contract.schemas['Pet']).toEqual({
    type: 'object',
    discriminator: { propertyName: 'kind' },
    properties: { a: { type: ['string', 'null'] } },
  })
  expect(contract.security['basic']).toEqual({ type: 'http', scheme: 'basic' })
})
