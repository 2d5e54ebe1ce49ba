import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, it } from 'vitest'
import { renderJUnit } from './junit.ts'
import { everyOutcome, hostile } from './testing/hostile-run.ts'

interface Node {
  attributes: Record<string, string>
  children: [name: string, node: Node][]
  text: string
}

/** The document as another's parser reads it, with order kept. */
function read(xml: string): Node {
  expect(XMLValidator.validate(xml)).toBe(true)
  const options = { ignoreAttributes: false, attributeNamePrefix: '', preserveOrder: true }
  const parser = new XMLParser({ ...options, parseTagValue: false, trimValues: false })
  return toNode('', { '': parser.parse(xml) as unknown[] })
}

function toNode(name: string, raw: Record<string, unknown>): Node {
  const node: Node = {
    attributes: (raw[':@'] ?? {}) as Record<string, string>,
    children: [],
    text: '',
  }
  for (const child of raw[name] as Record<string, unknown>[]) {
    const key = Object.keys(child).find((one) => one !== ':@')!
    if (key === '#text') node.text += String(child[key])
    else node.children.push([key, toNode(key, child)])
  }
  return node
}

function childrenOf(node: Node, name: string): Node[] {
  return node.children.filter(([one]) => one === name).map(([, child]) => child)
}

const tokenPattern = /^\S(?:.*\S)?$/

/** What Ant's JUnit.xsd (github.com/windyroad/JUnit-Schema) asks for. */
function holdAgainstAnt(root: Node): void {
  expect(root.attributes).toEqual({})
  for (const [i, suite] of childrenOf(root, 'testsuite').entries()) {
    const { attributes: a, children } = suite
    expect(Object.keys(a).sort()).toEqual(
      [
        'errors',
        'failures',
        'hostname',
        'id',
        'name',
        'package',
        'skipped',
        'tests',
        'time',
        'timestamp',
      ].sort(),
    )
    expect(a['id']).toBe(String(i))
    for (const name of ['name', 'package', 'hostname']) expect(a[name]).toMatch(tokenPattern)
    for (const name of ['tests', 'failures', 'errors', 'skipped']) expect(a[name]).toMatch(/^\d+$/)
    expect(a['time']).toMatch(/^\d+\.\d+$/)
    expect(a['timestamp']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/)
    const order = children.map(([name]) => name)
    const cases = childrenOf(suite, 'testcase')
    expect(order).toEqual([
      'properties',
      ...cases.map(() => 'testcase'),
      'system-out',
      'system-err',
    ])
    for (const one of cases) {
      expect(Object.keys(one.attributes).sort()).toEqual(['classname', 'name', 'time'])
      expect(one.attributes['name']).toMatch(tokenPattern)
      expect(one.attributes['classname']).toMatch(tokenPattern)
      expect(one.children.length).toBeLessThanOrEqual(1)
      for (const [name, outcome] of one.children) {
        expect(['skipped', 'error', 'failure']).toContain(name)
        if (name !== 'skipped') expect(outcome.attributes['type']).toMatch(/\S/)
      }
    }
  }
}

/** What junit-10.xsd of Jenkins's xUnit plugin (github.com/jenkinsci/xunit-plugin) asks for beyond that. */
function holdAgainstJenkins(root: Node): void {
  for (const suite of childrenOf(root, 'testsuite')) {
    expect(suite.attributes['time']).toMatch(/^(?:(?:\d{0,3},)*\d{3}|\d{0,3})*(?:\.\d*)?$/)
    for (const property of suite.children[0]![1].children) {
      expect(property[0]).toBe('property')
      expect(Object.keys(property[1].attributes).sort()).toEqual(['name', 'value'])
    }
    for (const one of childrenOf(suite, 'testcase')) {
      for (const [, outcome] of one.children) {
        for (const name of Object.keys(outcome.attributes))
          expect(['type', 'message']).toContain(name)
      }
    }
  }
}

const result = await everyOutcome(2, 4_000_000)
const xml = renderJUnit(result)
const root = read(xml).children.find(([name]) => name === 'testsuites')![1]

describe('the JUnit report', () => {
  it('is what Ant and Jenkins describe, whatever names and bodies hold', () => {
    holdAgainstAnt(root)
    holdAgainstJenkins(root)
    // oxlint-disable-next-line no-control-regex -- the very things that XML can't hold
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
    expect(xml.isWellFormed()).toBe(true)
    expect(xml).not.toContain(']]>')
  })

  it('stays small though the subject says megabytes', () => {
    expect(xml.length).toBeLessThan(100_000)
  })

  it('has a suite for each scenario and a case for each trial, counted rightly', () => {
    const suites = childrenOf(root, 'testsuite')
    expect(suites.map(({ attributes }) => attributes['name'])).toEqual([
      'bad/one',
      'good',
      'broken/one',
    ])
    expect(suites.map((suite) => childrenOf(suite, 'testcase').length)).toEqual([4, 4, 1])
    for (const suite of suites) {
      for (const [attribute, name] of [
        ['failures', 'failure'],
        ['errors', 'error'],
        ['skipped', 'skipped'],
      ] as const) {
        const found = childrenOf(suite, 'testcase').flatMap((one) => childrenOf(one, name))
        expect(suite.attributes[attribute]).toBe(String(found.length))
      }
    }
  })

  it('calls failure what is the subject’s, error what is ours or the author’s, and skips what counts for nothing', () => {
    const outcomes = childrenOf(root, 'testsuite').map((suite) =>
      childrenOf(suite, 'testcase').map((one) => one.children[0]?.[0] ?? 'passed'),
    )
    expect(outcomes).toEqual([
      ['error', 'failure', 'failure', 'failure'],
      ['skipped', 'skipped', 'skipped', 'skipped'],
      ['error'],
    ])
  })

  it('tells in a failure what was expected, the exchange, and how to see it again', () => {
    const [suite] = childrenOf(root, 'testsuite')
    const [failure] = childrenOf(childrenOf(suite!, 'testcase')[2]!, 'failure')
    expect(failure!.text).toContain('expected "nice"')
    expect(failure!.text).toMatch(/\d+ {2}board createNote → /)
    expect(failure!.text).toContain('see it again: npx backlot replay')
    expect(failure!.attributes['message']).toContain('not so:')
    expect(failure!.text.includes(hostile)).toBe(false)
  })

  it('has unique names within a suite, since CI systems tell cases apart by them', () => {
    for (const suite of childrenOf(root, 'testsuite')) {
      const names = childrenOf(suite, 'testcase').map(({ attributes }) => attributes['name'])
      expect(new Set(names).size).toBe(names.length)
    }
  })
})
