/**
 * A contract: the interface of a service as bare facts (paths, names, types, limits, codes), made
 * from an OpenAPI document by `importOpenApi` and stored as `contract.json` in a twin's folder.
 * It is plain JSON: no prose, no examples, `$ref` only inside schemas and only to `#/schemas/…`.
 */
export interface Contract {
  name: string
  version: string
  operations: Operation[]
  /** JSON Schema 2020-12, by the vendor's name; references read `#/schemas/Name`. */
  schemas: Record<string, Schema>
  security: Record<string, SecurityScheme>
}

/** One API call of a service, by the vendor's own id. */
export interface Operation {
  /** The vendor's `operationId`, or `get /path/{id}` where the document has none. */
  id: string
  /** Upper case. */
  method: string
  /** Template from the root of the host, base path included: `/api/v1/users/{userId}`. */
  path: string
  params: Param[]
  body?: Body
  /** By status: `200`, `4XX` or `default`. */
  replies: Record<string, ReplyShape>
  /** Alternatives; inside one, all must hold. Empty list: open to anyone. */
  security: Record<string, string[]>[]
  tags?: string[]
  deprecated?: true
  /** Facts beyond OpenAPI that a twin's importer adds (rate tier, token kinds, paging style …). */
  facts?: Record<string, unknown>
}

export interface Param {
  name: string
  in: 'path' | 'query' | 'header' | 'cookie'
  required?: true
  /** OpenAPI 3 styles; absent means the default of the place (simple or form). */
  style?: 'simple' | 'form' | 'label' | 'matrix' | 'spaceDelimited' | 'pipeDelimited' | 'deepObject'
  /** Absent means the default of the style (true for form, false for the rest). */
  explode?: boolean
  allowEmptyValue?: true
  /** Set where the value is itself a document (OpenAPI `content`), e.g. `application/json`. */
  mediaType?: string
  schema: Schema
}

export interface Body {
  required?: true
  /** By media type without parameters, lower case. */
  types: Record<string, Schema>
  /** Per property of a form or multipart body: its style, as in OpenAPI `encoding`. */
  encoding?: Record<string, { contentType?: string; style?: Param['style']; explode?: boolean }>
}

export interface ReplyShape {
  /** By media type; empty when the reply has no body. */
  types: Record<string, Schema>
  headers?: Record<string, Schema>
}

export type SecurityScheme =
  | { type: 'http'; scheme: string }
  | { type: 'apiKey'; in: 'header' | 'query' | 'cookie'; name: string }
  | { type: 'oauth2' | 'openIdConnect' }
  | { type: 'mutualTLS' }

/** A JSON Schema object (2020-12), or `true`/`false`. */
export type Schema = boolean | { [keyword: string]: unknown }
