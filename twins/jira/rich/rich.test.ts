import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isDocument } from './check-adf.ts'
import { readWiki } from './read-wiki.ts'
import { plainOf, richFromAdf, richFromWiki, wikiOf } from './rich.ts'
import { writeHtml } from './write-html.ts'
import { writeWiki } from './write-wiki.ts'

const paragraph = (...content: unknown[]) => ({ type: 'paragraph', content })
const text = (words: string, ...marks: string[]) => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
})
const doc = (...content: unknown[]) => ({ type: 'doc', version: 1, content })

describe('documents', () => {
  test.each([
    [doc(), true],
    [doc({ type: 'paragraph' }), true],
    [doc(paragraph(text('a', 'strong'), { type: 'hardBreak' })), true],
    [doc({ type: 'heading', attrs: { level: 6 }, content: [text('a')] }), true],
    [doc({ type: 'heading', attrs: { level: 7 } }), false],
    [doc({ type: 'bulletList', content: [] }), false],
    [doc({ type: 'bulletList', content: [{ type: 'listItem', content: [paragraph()] }] }), true],
    [
      doc({
        type: 'panel',
        attrs: { panelType: 'info' },
        content: [{ type: 'table', content: [] }],
      }),
      false,
    ],
    [doc({ type: 'panel', attrs: { panelType: 'loud' }, content: [paragraph()] }), false],
    [doc(paragraph(text(''))), false],
    [doc(paragraph(text('a', 'code', 'strong'))), false],
    [doc(paragraph(text('a', 'strong', 'strong'))), false],
    [doc(paragraph({ type: 'mention', attrs: { id: 'x' } }, { type: 'mention' })), false],
    [doc({ type: 'paragraph', attrs: { loud: true } }), false],
    [doc({ type: 'codeBlock', content: [text('a', 'strong')] }), false],
    [doc({ type: 'constructor' }), false],
    [{ type: 'doc', version: 2, content: [] }, false],
    ['words', false],
  ])('%j: %j', (value, expected) => {
    expect(isDocument(value)).toBe(expected)
  })

  test('nest only so deep', () => {
    let node: unknown = paragraph(text('x'))
    for (let i = 0; i < 5000; i++) node = { type: 'blockquote', content: [node] }
    expect(isDocument(doc(node))).toBe(false)
  })
})

describe('wiki text', () => {
  test.each([
    ['h2. Title', { type: 'heading', attrs: { level: 2 }, content: [text('Title')] }],
    [
      'a *b* _c_ {{d}}',
      paragraph(
        text('a '),
        text('b', 'strong'),
        text(' '),
        text('c', 'em'),
        text(' '),
        text('d', 'code'),
      ),
    ],
    ['snake_case_name 2*3*4', paragraph(text('snake_case_name 2*3*4'))],
    [
      '[here|https://x.example]',
      paragraph({
        type: 'text',
        text: 'here',
        marks: [{ type: 'link', attrs: { href: 'https://x.example' } }],
      }),
    ],
    ['[~accountid:1a]', paragraph({ type: 'mention', attrs: { id: '1a' } })],
    [
      '{code:java}\nint a;\n{code}',
      { type: 'codeBlock', attrs: { language: 'java' }, content: [text('int a;')] },
    ],
    ['----', { type: 'rule' }],
    ['one\ntwo', paragraph(text('one'), { type: 'hardBreak' }, text('two'))],
    ['{quote}\nsaid\n{quote}', { type: 'blockquote', content: [paragraph(text('said'))] }],
  ])('%j', (wiki, node) => {
    expect(readWiki(wiki).content).toEqual([node])
  })

  test('lists nest', () => {
    const [list] = readWiki('* a\n** b\n# c').content
    expect(list).toMatchObject({
      type: 'bulletList',
      content: [{ content: [{ type: 'paragraph' }, { type: 'bulletList', content: [{}] }] }, {}],
    })
  })

  test('tables have heads and keep the pipes of links', () => {
    const [table] = readWiki('||h1||h2||\n|a|[b|https://x.example]|').content
    expect(table!.content!.map((row) => row.content!.map(({ type }) => type))).toEqual([
      ['tableHeader', 'tableHeader'],
      ['tableCell', 'tableCell'],
    ])
  })

  test('reads back as it was written, and made from a document comes back to it', () => {
    const wiki =
      'h1. Title\n\nA *bold* word\n\n* one\n** two\n\n{code:js}\nlet a\n{code}\n\n||a||\n|b|'
    expect(wikiOf(richFromWiki(wiki))).toBe(wiki)
    const { adf } = richFromWiki(wiki)
    expect(writeWiki(adf)).toBe(wiki)
    expect(readWiki(wikiOf(richFromAdf(adf)))).toEqual(adf)
  })

  test('any text gives a document that the service takes', () => {
    const pieces = fc.constantFrom(
      '*',
      '_',
      '{code}',
      '{quote}',
      '{panel}',
      '|',
      '||',
      'h1. ',
      '* ',
      '# ',
      '[',
      ']',
      '{{',
      '}}',
      '\n',
      'a',
      ' ',
      '!',
      '-',
      '+',
      '\\',
      '----',
      'https://x.example',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
        ),
        (wiki) => {
          const { adf } = richFromWiki(wiki)
          expect([adf, isDocument(adf)]).toEqual([adf, true])
          writeWiki(adf)
          writeHtml(adf)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

test('rendered text is safe and plain text has the words', () => {
  const rich = richFromWiki('h1. A <b>\n\n*c* & [d|https://x.example/?a="]')
  expect(writeHtml(rich.adf)).toBe(
    '<h1>A &lt;b&gt;</h1>\n\n<p><b>c</b> &amp; <a href="https://x.example/?a=&quot;" class="external-link">d</a></p>',
  )
  expect(plainOf(rich)).toBe('A <b>\nc & d\n')
})
