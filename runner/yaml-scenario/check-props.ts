import { didYouMean } from '../../engine/nearest.ts'
import { makerFields, type FieldKind } from './maker-fields.ts'
import type { Placed, Source, Tree } from './tree.ts'

const kinds: Record<FieldKind, { what: string; holds: (tree: Tree) => boolean }> = {
  text: { what: 'a text', holds: (tree) => isScalar(tree, 'string') },
  number: { what: 'a number', holds: (tree) => isScalar(tree, 'number') },
  yes: { what: 'true or false', holds: (tree) => isScalar(tree, 'boolean') },
  texts: { what: 'a list of texts', holds: (tree) => tree.kind === 'list' },
  object: { what: 'names and values', holds: (tree) => tree.kind === 'map' },
  any: { what: 'anything', holds: () => true },
}

/** Holds what a `given` is told against what its maker takes. Throws a UsageError. */
export function checkProps(
  { twin, maker, at }: { twin: string; maker: string; at: Placed },
  props: Tree | undefined,
  source: Source,
): void {
  const makers = makerFields[twin]
  if (makers === undefined) return
  const fields = Object.hasOwn(makers, maker) ? makers[maker] : undefined
  if (fields === undefined) {
    const fix = didYouMean(maker, Object.keys(makers))
    throw source.mistake(`${twin} makes no "${maker}".`, at, { fix })
  }
  // What a calculation gives is seen when it is worked out.
  if (props !== undefined && isCalculated(props)) return
  if (props !== undefined && props.kind !== 'map') {
    throw source.mistake('"with" needs names and values.', props)
  }
  const entries = props?.entries ?? new Map<string, { key: Placed; value: Tree }>()
  for (const [name, { key, value }] of entries) {
    const kind = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (kind === undefined) {
      const what = `${twin}.${maker} is not made with "${name}".`
      throw source.mistake(what, key, { fix: didYouMean(name, Object.keys(fields)) })
    }
    const { what, holds } = kinds[kind.replace('!', '') as FieldKind]
    if (holds(value) || isCalculated(value)) continue
    const fix = what === 'a text' ? 'Put it in quotes.' : undefined
    throw source.mistake(`"${name}" needs ${what}.`, value, { fix })
  }
  const missing = Object.keys(fields).find(
    (name) => fields[name]!.endsWith('!') && !entries.has(name),
  )
  if (missing === undefined) return
  throw source.mistake(`${twin}.${maker} needs "${missing}".`, props ?? at, {
    fix: `Write it under with: { ${missing}: … }.`,
  })
}

function isScalar(tree: Tree, type: string): boolean {
  return tree.kind === 'scalar' && typeof tree.value === type
}

function isCalculated(tree: Tree): boolean {
  return tree.kind === 'scalar' && typeof tree.value === 'string' && tree.value.includes('${')
}
