import { describe, expect, test } from 'vitest'
import { checkBlocks } from './block-rules.ts'
import { completeBlocks, textOfBlocks } from './blocks.ts'
import { fromMarkdown } from './markdown.ts'
import { richTextOf } from './rich-text.ts'
import { spell } from './spelling.ts'
import { openAcme } from './testing.ts'
import { storeText } from './text.ts'

const store = (text: string) => storeText(text, { links: true, mrkdwn: true })

describe('text is stored', () => {
  test.each([
    ['a & b <x> http://e.com', 'a &amp; b &lt;x&gt; <http://e.com>'],
    ['&amp; &lt; stay', '&amp; &lt; stay'],
    [
      '<@U0123456789> <!here> <#C0123456789|random>',
      '<@U0123456789> <!here> <#C0123456789|random>',
    ],
    ['<https://a.b/c?d=1&e=2|label>', '<https://a.b/c?d=1&e=2|label>'],
    ['see https://a.com/x?y=1&z=2.', 'see <https://a.com/x?y=1&amp;z=2>.'],
    ['www.x.com and x.com', '<http://www.x.com|www.x.com> and <http://x.com|x.com>'],
    ['mail me@x.org', 'mail <mailto:me@x.org|me@x.org>'],
    ['`http://code.com` http://e.com', '`http://code.com` <http://e.com>'],
    ['Nice 😄 ❤', 'Nice :smile: :heart:'],
    ['👍🏽 👨‍👩‍👧 ❤️‍🔥', ':+1::skin-tone-4: 👨‍👩‍👧 ❤️‍🔥'],
    ['trailing   ', 'trailing'],
    ['version 1.2.3 at 10:30, e.g. this', 'version 1.2.3 at 10:30, e.g. this'],
  ])('%s', (raw, stored) => {
    expect(store(raw)).toBe(stored)
  })

  test('literally where its author wants that', () => {
    expect(storeText('http://e.com 😄 & co', { links: true, mrkdwn: false })).toBe(
      'http://e.com 😄 &amp; co',
    )
    expect(storeText('http://e.com', { links: false, mrkdwn: true })).toBe('http://e.com')
  })

  test('with names as mentions on demand', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('random')
    const post = (args: object) =>
      (bot('chat.postMessage', { channel, ...args })['message'] as { text: string }).text
    expect(post({ text: 'to #general', link_names: true })).toBe(
      `to <#${channelId('general')}|general>`,
    )
    expect(post({ text: 'to @here', parse: 'full' })).toBe('to <!here>')
    expect(post({ text: 'to #general' })).toBe('to #general')
    expect(post({ text: 'http://e.com', parse: 'none' })).toBe('http://e.com')
  })
})

describe('rich text', () => {
  test('reads marks, tokens and emoji', () => {
    const [section] = richTextOf(
      '*b* _i_ ~s~ `c` <@U0123456789> <https://a.b|x> :tada: :+1::skin-tone-4: a_b_c',
      true,
    )
    expect(section).toEqual({
      type: 'rich_text_section',
      elements: [
        { type: 'text', text: 'b', style: { bold: true } },
        { type: 'text', text: ' ' },
        { type: 'text', text: 'i', style: { italic: true } },
        { type: 'text', text: ' ' },
        { type: 'text', text: 's', style: { strike: true } },
        { type: 'text', text: ' ' },
        { type: 'text', text: 'c', style: { code: true } },
        { type: 'text', text: ' ' },
        { type: 'user', user_id: 'U0123456789' },
        { type: 'text', text: ' ' },
        { type: 'link', url: 'https://a.b', text: 'x' },
        { type: 'text', text: ' ' },
        { type: 'emoji', name: 'tada', unicode: '1f389' },
        { type: 'text', text: ' ' },
        { type: 'emoji', name: '+1', skin_tone: 4, unicode: '1f44d-1f3fd' },
        { type: 'text', text: ' a_b_c' },
      ],
    })
  })

  test('keeps code and quotes in elements of their own', () => {
    const elements = richTextOf('before\n```\na &lt; b\n```\n&gt; quoted\n&gt;more\nafter', true)
    expect(elements).toEqual([
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'before' }] },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a < b' }] },
      { type: 'rich_text_quote', elements: [{ type: 'text', text: 'quoted\nmore' }] },
      { type: 'rich_text_section', elements: [{ type: 'text', text: 'after' }] },
    ])
  })

  test('takes a time in proportion to the text, whatever the text', () => {
    for (const hostile of [
      '*'.repeat(40_000),
      '_a '.repeat(13_000),
      '<'.repeat(40_000),
      '`'.repeat(40_000),
      'a.'.repeat(20_000),
      ':a'.repeat(20_000),
      '~x'.repeat(20_000),
      'a@'.repeat(20_000),
    ]) {
      expect(richTextOf(store(hostile), true).length).toBeGreaterThan(0)
    }
  }, 5000)

  test('of Markdown is Slack’s own', () => {
    expect(fromMarkdown('# Title\n**b** *i* ~~s~~ [x](https://a.b)\n- one')).toBe(
      '*Title*\n*b* _i_ ~s~ <https://a.b|x>\n• one',
    )
  })
})

describe('blocks', () => {
  const section = (text: object) => ({ type: 'section', text })

  test.each([
    [
      'too many',
      Array.from({ length: 51 }, () => ({ type: 'divider' })),
      ['no more than 50 items allowed [json-pointer:/blocks]'],
    ],
    [
      'an unknown type',
      [{ type: 'sections' }],
      ['unsupported type: sections [json-pointer:/blocks/0/type]'],
    ],
    ['no type', [{}], ['missing required field: type [json-pointer:/blocks/0]']],
    [
      'a section of nothing',
      [{ type: 'section' }],
      ['must define either `text` or `fields` [json-pointer:/blocks/0/type]'],
    ],
    [
      'a text too long',
      [section({ type: 'mrkdwn', text: 'x'.repeat(3001) })],
      [
        'failed to match all allowed schemas [json-pointer:/blocks/0/text]',
        'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
      ],
    ],
    [
      'two buttons of one id',
      [
        {
          type: 'actions',
          elements: ['a', 'b'].map((text) => ({
            type: 'button',
            action_id: 'go',
            text: { type: 'plain_text', text },
          })),
        },
      ],
      ['`action_id` "go" already exists [json-pointer:/blocks/0/elements/1/action_id]'],
    ],
    [
      'a header too long',
      [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }],
      ['must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
    ],
    [
      'a field nobody knows',
      [{ ...section({ type: 'mrkdwn', text: 'x' }), colour: 'red' }],
      ['invalid additional property: colour [json-pointer:/blocks/0]'],
    ],
  ])('with %s are refused in words', (_name, blocks, problems) => {
    expect(checkBlocks(blocks as unknown[])).toEqual(problems)
  })

  test('that are refused are told in both places', () => {
    const { bot, channelId } = openAcme()
    const channel = channelId('random')
    const said = 'unsupported type: x [json-pointer:/blocks/0/type]'
    expect(bot('chat.postMessage', { channel, blocks: [{ type: 'x' }] })).toEqual({
      ok: false,
      error: 'invalid_blocks',
      errors: [said],
      response_metadata: { messages: [`[ERROR] ${said}`] },
    })
    expect(bot('chat.postMessage', { channel, blocks: '{oops' }).error).toBe(
      'invalid_blocks_format',
    )
  })

  test('are stored with ids and defaults, and give a text where there is none', () => {
    const { world, bot, channelId } = openAcme()
    const button = { type: 'button', text: { type: 'plain_text', text: 'Go' } }
    const blocks = [{ ...section({ type: 'mrkdwn', text: 'Hello' }), accessory: button }]
    expect(completeBlocks(world, blocks)).toEqual([
      {
        type: 'section',
        block_id: expect.any(String),
        text: { type: 'mrkdwn', text: 'Hello', verbatim: false },
        accessory: {
          ...button,
          text: { ...button.text, emoji: true },
          action_id: expect.any(String),
        },
      },
    ])
    expect(textOfBlocks(blocks)).toBe('Hello Go')
    const posted = bot('chat.postMessage', { channel: channelId('random'), blocks })
    expect(posted['message']).toMatchObject({ text: 'Hello Go' })
  })
})

test('JSON is spelled with escaped slashes and nothing beyond ASCII', () => {
  expect(spell({ a: 'x/y', b: '日😄' })).toBe('{"a":"x\\/y","b":"\\u65e5\\ud83d\\ude04"}')
})
