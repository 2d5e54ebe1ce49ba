import { deleteId, emptyLookup, forkLookup, lookUp, setId, type Lookup } from './lookup.ts'
import { deleteKey, emptyTree, setKey, type Owner, type Tree } from './tree.ts'

/** What an index says of a row: the key it stands under, several, or none. */
type Keys = string | readonly string[] | undefined

/** The fixed facts about a table, shared by every world that has it. */
export interface Slot {
  number: number
  names: string[]
  keysOf: ((row: unknown) => Keys)[]
}

/** One row and its place in the order of insertion. Stands in every tree of its table. */
export interface Entry {
  owner: Owner
  place: string
  row: unknown
}

/** All trees of one table. Like a node of a tree, it is changed in place by its owner and copied by anybody else. */
export interface TableRoot {
  owner: Owner
  /** Place of the next insertion. */
  next: number
  byId: Lookup<Entry>
  byPlace: Tree<Entry>
  indexes: Tree<Entry>[]
}

/** Separates an index key from the row's place; sorts before everything that may stand in a key. */
export const keyEnd = '\u0000'

/** The root to write to: this one when it is the owner's, else a copy that shares every node. */
export function ownRoot(root: TableRoot | undefined, slot: Slot, owner: Owner): TableRoot {
  if (root === undefined) {
    const indexes = slot.names.map(() => emptyTree<Entry>(owner))
    return { owner, next: 0, byId: emptyLookup(), byPlace: emptyTree(owner), indexes }
  }
  if (root.owner === owner) return root
  return { ...root, owner, byId: forkLookup(root.byId), indexes: root.indexes.slice() }
}

export function insertEntry(root: TableRoot, slot: Slot, id: string, row: unknown): void {
  const { owner } = root
  const place = (root.next++).toString(36).padStart(8, '0')
  const entry: Entry = { owner, place, row }
  setId(root.byId, id, entry)
  root.byPlace = setKey(root.byPlace, place, entry, owner)
  for (let i = 0; i < slot.keysOf.length; i++) enter(root, i, slot.keysOf[i]!(row), entry)
}

/** Puts another row in the place of an old one, under its new index keys. */
export function replaceEntry(root: TableRoot, slot: Slot, id: string, row: unknown): void {
  const { owner } = root
  const old = lookUp(root.byId, id)!
  const before = old.row
  const isOurs = old.owner === owner
  const entry = isOurs ? old : { owner, place: old.place, row }
  for (let i = 0; i < slot.keysOf.length; i++) {
    const was = slot.keysOf[i]!(before)
    const is = slot.keysOf[i]!(row)
    const isSame = areSame(was, is)
    if (!isSame) leave(root, i, was, old.place)
    if (!isSame || !isOurs) enter(root, i, is, entry)
  }
  entry.row = row
  if (isOurs) return
  setId(root.byId, id, entry)
  root.byPlace = setKey(root.byPlace, entry.place, entry, owner)
}

export function removeEntry(root: TableRoot, slot: Slot, id: string): void {
  const entry = lookUp(root.byId, id)!
  deleteId(root.byId, id)
  root.byPlace = deleteKey(root.byPlace, entry.place, root.owner)
  for (let i = 0; i < slot.keysOf.length; i++) {
    leave(root, i, slot.keysOf[i]!(entry.row), entry.place)
  }
}

function enter(root: TableRoot, index: number, keys: Keys, entry: Entry): void {
  for (const one of listOf(keys)) {
    root.indexes[index] = setKey(
      root.indexes[index]!,
      one + keyEnd + entry.place,
      entry,
      root.owner,
    )
  }
}

function leave(root: TableRoot, index: number, keys: Keys, place: string): void {
  for (const one of listOf(keys)) {
    root.indexes[index] = deleteKey(root.indexes[index]!, one + keyEnd + place, root.owner)
  }
}

/** The keys of a row as a list. */
export function listOf(keys: Keys): readonly string[] {
  if (keys === undefined) return []
  return typeof keys === 'string' ? [keys] : keys
}

function areSame(a: Keys, b: Keys): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return a.length === b.length && a.every((one, i) => one === b[i])
}
