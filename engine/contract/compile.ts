import { createRequire } from 'node:module'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import type { ErrorObject } from 'ajv'
import type { ContractWarning } from './contract-error.ts'
import type { Schema } from './contract.ts'
import { toDialect, withoutUnion, type Dialect, type Direction } from './dialect.ts'
import { fastFormats, withFastPath } from './formats.ts'
import { createSafePattern } from './safe-pattern.ts'
import { refName, type Schemas } from './schema.ts'
import { uniqueItems } from './unique.ts'

/** A compiled schema: true, or false with the errors of the last value beside it. */
export interface Check {
  (value: unknown): boolean
  errors?: ErrorObject[] | null
}

/** Compiles schemas when they are first needed. */
export interface Compiler {
  compile(schema: Schema): Check
}

const require = createRequire(import.meta.url)

const pass: Check = () => true

/**
 * Makes a compiler for one direction. Schemas and those they refer to are rewritten and compiled on
 * first use (Jira's 321 reply schemas cost 0.8 s at once, and a trial needs ten). Ajv itself is
 * loaded on first use too: 80 ms that a program which checks nothing does not pay.
 */
export function createCompiler(
  schemas: Schemas,
  direction: Direction,
  warn: (warning: ContractWarning) => void,
): Compiler {
  const keys = new Map<string, string>()
  const waiting: { name: string; key: string; isBase: boolean }[] = []
  const checks = new WeakMap<object, Check>()
  const dialect: Dialect = { schemas, direction, keyOf }
  let ajv: Ajv2020 | undefined

  function keyOf(name: string, isBase: boolean): string {
    const known = keys.get(`${isBase} ${name}`)
    if (known !== undefined) return known
    const key = `s${keys.size}`
    keys.set(`${isBase} ${name}`, key)
    waiting.push({ name, key, isBase })
    return key
  }

  /** Hands ajv every schema that the rewritten ones refer to, and only those. */
  function addWaiting(to: Ajv2020): void {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { name, key, isBase } = next
      const isKnown = Object.hasOwn(schemas, name)
      if (!isKnown) warn({ message: `The schema ${name} is missing.`, pointer: '/schemas' })
      const named = isKnown ? (schemas[name] as Schema) : true
      const own = isBase ? withoutUnion(named) : named
      const schema = toDialect(own, { ...dialect, current: name })
      to.addSchema(schema === false ? { not: {} } : schema === true ? {} : schema, key)
    }
  }

  function compileNow(schema: Schema): Check {
    const to = (ajv ??= createAjv(warn))
    const name = refName(schema)
    const isBareRef = name !== undefined && Object.keys(schema).length === 1
    try {
      const rewritten = isBareRef ? undefined : toDialect(schema, dialect)
      const key = isBareRef ? keyOf(name as string, false) : undefined
      addWaiting(to)
      const check = key === undefined ? to.compile(rewritten as Schema) : to.getSchema(key)
      return (check as Check | undefined) ?? pass
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      const pointer = name === undefined ? '/schemas' : `/schemas/${name}`
      warn({ message: `A schema cannot be compiled and is not checked: ${why}`, pointer })
      return pass
    }
  }

  return {
    compile(schema) {
      if (typeof schema === 'boolean') return schema ? pass : compileNow(schema)
      let check = checks.get(schema)
      if (!check) checks.set(schema, (check = compileNow(schema)))
      return check
    },
  }
}

function createAjv(warn: (warning: ContractWarning) => void): Ajv2020 {
  const { Ajv2020: Ajv } = require('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')
  const formats = require('ajv-formats') as typeof import('ajv-formats')
  const toRegExp = Object.assign(
    (source: string): RegExp =>
      createSafePattern(source, (message) => warn({ message, pointer: '' })) as unknown as RegExp,
    { code: 'createSafePattern' },
  )
  const ajv = new Ajv({
    strict: false,
    allErrors: true,
    logger: false,
    validateSchema: false,
    addUsedSchema: false,
    // Optimising ajv's code doubles the time to compile and gains nothing that could be measured.
    code: { regExp: toRegExp, optimize: false },
  })
  formats.default(ajv)
  ajv.removeKeyword('uniqueItems')
  ajv.addKeyword(uniqueItems)
  for (const name of fastFormats) {
    const fast = withFastPath(name, ajv.formats[name] as Parameters<typeof withFastPath>[1])
    if (fast) ajv.addFormat(name, fast)
  }
  return ajv
}
