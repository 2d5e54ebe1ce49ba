/** What a kind of node may hold and must have. */
export interface Rule {
  children?: readonly string[]
  /** At least one child. */
  filled?: true
  attrs?: readonly string[]
  needs?: readonly string[]
  marks?: readonly string[] | 'any' | 'none'
}

const inline = [
  'text',
  'hardBreak',
  'mention',
  'emoji',
  'date',
  'status',
  'inlineCard',
  'placeholder',
  'mediaInline',
  'inlineExtension',
]
const simple = [
  'paragraph',
  'bulletList',
  'orderedList',
  'codeBlock',
  'mediaSingle',
  'mediaGroup',
  'taskList',
  'decisionList',
  'heading',
  'rule',
  'blockCard',
  'extension',
]
const top = [
  ...simple,
  'blockquote',
  'panel',
  'table',
  'expand',
  'layoutSection',
  'embedCard',
  'bodiedExtension',
  'multiBodiedExtension',
]
const inCells = [...simple, 'blockquote', 'panel', 'nestedExpand', 'embedCard']
const cell: Rule = {
  children: inCells,
  attrs: ['colspan', 'rowspan', 'colwidth', 'background', 'localId'],
}
const extension: Rule = {
  attrs: ['extensionKey', 'extensionType', 'parameters', 'text', 'layout', 'localId'],
  needs: ['extensionKey', 'extensionType'],
}

/** The nodes that there are (FACTS: adf-nodes). */
export const rules: Readonly<Record<string, Rule>> = {
  doc: { children: top },
  paragraph: { children: inline, attrs: ['localId'], marks: 'any' },
  heading: { children: inline, attrs: ['level', 'localId'], needs: ['level'], marks: 'any' },
  bulletList: { children: ['listItem'], filled: true, attrs: ['localId'] },
  orderedList: { children: ['listItem'], filled: true, attrs: ['order', 'localId'] },
  listItem: {
    children: [
      'paragraph',
      'bulletList',
      'orderedList',
      'codeBlock',
      'mediaSingle',
      'taskList',
      'extension',
    ],
    filled: true,
    attrs: ['localId'],
  },
  codeBlock: { children: ['text'], attrs: ['language', 'uniqueId', 'localId'], marks: 'any' },
  blockquote: {
    children: [
      'paragraph',
      'bulletList',
      'orderedList',
      'codeBlock',
      'mediaSingle',
      'mediaGroup',
      'extension',
    ],
    filled: true,
    attrs: ['localId'],
  },
  panel: {
    children: simple,
    filled: true,
    attrs: ['panelType', 'panelIcon', 'panelIconId', 'panelIconText', 'panelColor', 'localId'],
    needs: ['panelType'],
  },
  rule: { attrs: ['localId'] },
  table: {
    children: ['tableRow'],
    filled: true,
    attrs: ['isNumberColumnEnabled', 'layout', 'localId', 'width', 'displayMode'],
    marks: 'any',
  },
  tableRow: { children: ['tableHeader', 'tableCell'], filled: true, attrs: ['localId'] },
  tableHeader: cell,
  tableCell: cell,
  expand: {
    children: [...top.filter((name) => name !== 'expand'), 'nestedExpand'],
    filled: true,
    attrs: ['title', 'localId'],
    marks: 'any',
  },
  nestedExpand: { children: simple, filled: true, attrs: ['title', 'localId'] },
  mediaSingle: {
    children: ['media', 'caption'],
    filled: true,
    attrs: ['layout', 'width', 'widthType', 'localId'],
    marks: 'any',
  },
  mediaGroup: { children: ['media'], filled: true },
  media: {
    attrs: [
      'id',
      'type',
      'collection',
      'height',
      'width',
      'alt',
      'url',
      'occurrenceKey',
      'localId',
    ],
    needs: ['type'],
    marks: 'any',
  },
  mediaInline: {
    attrs: ['id', 'type', 'collection', 'height', 'width', 'alt', 'data', 'localId'],
    marks: 'any',
  },
  caption: { children: inline },
  taskList: {
    children: ['taskItem', 'taskList', 'blockTaskItem'],
    filled: true,
    attrs: ['localId'],
    needs: ['localId'],
  },
  taskItem: { children: inline, attrs: ['localId', 'state'], needs: ['localId', 'state'] },
  decisionList: {
    children: ['decisionItem'],
    filled: true,
    attrs: ['localId'],
    needs: ['localId'],
  },
  decisionItem: { children: inline, attrs: ['localId', 'state'], needs: ['localId', 'state'] },
  layoutSection: { children: ['layoutColumn'], filled: true, marks: 'any' },
  layoutColumn: { children: top, attrs: ['width'] },
  blockCard: { attrs: ['url', 'data', 'layout', 'width', 'datasource', 'localId'] },
  embedCard: {
    attrs: ['url', 'layout', 'width', 'originalHeight', 'originalWidth', 'localId'],
    needs: ['url', 'layout'],
  },
  extension: { ...extension, marks: 'any' },
  inlineExtension: { ...extension, marks: 'any' },
  bodiedExtension: { ...extension, children: top, marks: 'any' },
  multiBodiedExtension: { ...extension, children: ['extensionFrame'] },
  text: {
    marks: [
      'code',
      'em',
      'link',
      'strike',
      'strong',
      'subsup',
      'textColor',
      'underline',
      'annotation',
      'backgroundColor',
      'border',
    ],
  },
  hardBreak: { attrs: ['text', 'localId'] },
  mention: {
    attrs: ['id', 'text', 'accessLevel', 'userType', 'localId'],
    needs: ['id'],
    marks: ['annotation'],
  },
  emoji: {
    attrs: ['shortName', 'id', 'text', 'localId'],
    needs: ['shortName'],
    marks: ['annotation'],
  },
  date: { attrs: ['timestamp', 'localId'], needs: ['timestamp'], marks: ['annotation'] },
  status: {
    attrs: ['text', 'color', 'localId', 'style'],
    needs: ['text', 'color'],
    marks: ['annotation'],
  },
  inlineCard: { attrs: ['url', 'data', 'localId'], marks: ['annotation'] },
  placeholder: { attrs: ['text', 'localId'], needs: ['text'] },
}

/** The values that attributes may have. */
export const values: Readonly<
  Record<string, Readonly<Record<string, (value: unknown) => boolean>>>
> = {
  heading: { level: (v) => Number.isInteger(v) && (v as number) >= 1 && (v as number) <= 6 },
  panel: { panelType: oneOf('info', 'note', 'tip', 'warning', 'error', 'success', 'custom') },
  taskItem: { state: oneOf('TODO', 'DONE') },
  status: { color: oneOf('neutral', 'purple', 'blue', 'red', 'yellow', 'green') },
  media: { type: oneOf('file', 'link', 'external') },
  mention: { id: (v) => typeof v === 'string' },
  date: { timestamp: (v) => typeof v === 'string' },
}

function oneOf(...allowed: string[]): (value: unknown) => boolean {
  return (value) => allowed.includes(value as string)
}
