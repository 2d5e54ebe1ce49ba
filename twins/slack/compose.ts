import type { Exchange } from '../../engine/exchange.ts'
import { document, flag, text } from './arguments.ts'
import { needScope } from './auth.ts'
import { completeBlocks, readAttachments, readBlocks, textOfBlocks } from './blocks.ts'
import { fail } from './errors.ts'
import { fromMarkdown } from './markdown.ts'
import { richTextBlock } from './messages.ts'
import { apps, channels } from './state.ts'
import { storeText, type TextOptions } from './text.ts'
import { teamOf } from './views.ts'
import { warn } from './warnings.ts'
import type { App, Block, Draft, Message } from './wire.ts'

const textMax = 40_000
const markdownMax = 12_000

/** What a call wants to say, checked and as Slack would store it, with its author. */
export function compose(exchange: Exchange): Draft {
  const { world, args } = exchange
  const blocks = readBlocks(args)
  const attachments = readAttachments(args)
  const written = readText(exchange)
  const hasBlocks = blocks !== undefined && blocks.length > 0
  const hasAttachments = attachments !== undefined && attachments.length > 0
  if (written.trim() === '' && !hasBlocks && !hasAttachments) return fail('no_text')
  const metadata = readMetadata(exchange)
  const options = textOptions(exchange)
  const stored = storeText(written, options)
  const clientId = text(args, 'client_msg_id')
  return {
    ...authorOf(exchange),
    text: stored === '' && hasBlocks ? textOfBlocks(blocks) : stored,
    ...(clientId !== undefined && { client_msg_id: clientId }),
    ...(hasAttachments && { attachments }),
    ...(hasBlocks && { blocks: completeBlocks(world, blocks) }),
    ...(!hasBlocks && stored !== '' && { blocks: [richTextBlock(world, stored, options.mrkdwn)] }),
    ...(metadata !== undefined && { metadata }),
  }
}

/** The text of a call, cut where it is too long for Slack; Markdown turned into Slack's own marks. */
export function readText(exchange: Exchange): string {
  const { args } = exchange
  const markdown = text(args, 'markdown_text')
  const plain = text(args, 'text') ?? ''
  if (markdown !== undefined && markdown !== '') {
    if (plain !== '' || args['blocks'] !== undefined) fail('markdown_text_conflict')
    if (markdown.length > markdownMax) fail('msg_too_long')
    return fromMarkdown(markdown)
  }
  if (plain.length <= textMax) return plain
  warn(exchange, 'message_truncated')
  return plain.slice(0, textMax)
}

/** How the text is to be read: `parse`, `link_names` and `mrkdwn`. */
export function textOptions({ world, args, rows }: Exchange): TextOptions {
  const parse = text(args, 'parse')
  const links = world.setting('slack', 'autoLink') === true && parse !== 'none'
  const mrkdwn = flag(args, 'mrkdwn', true)
  if (!flag(args, 'link_names') && parse !== 'full') return { links, mrkdwn }
  const mention = (written: string) => {
    if (/^@(here|channel|everyone)$/.test(written)) return `<!${written.slice(1)}>`
    if (!written.startsWith('#')) return undefined
    const channel = rows.find(channels, 'name', [written.slice(1)])
    return channel === undefined ? undefined : `<#${channel.id}|${channel.name}>`
  }
  return { links, mrkdwn, mention }
}

/** Metadata must name a type and carry an object. */
export function readMetadata({ args }: Exchange): Message['metadata'] | undefined {
  const value = document(args, 'metadata')
  if (value === undefined) return undefined
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return fail('invalid_metadata_format')
  }
  const { event_type: type, event_payload: payload } = value as Record<string, unknown>
  if (type === undefined && payload === undefined && Object.keys(value).length === 0)
    return undefined
  if (typeof type !== 'string' || typeof payload !== 'object' || payload === null) {
    return fail('invalid_metadata_schema')
  }
  return { event_type: type, event_payload: payload }
}

/** Who speaks: the app's bot, a person through the app, or the bot under another name. */
export function authorOf(exchange: Exchange): Partial<Message> {
  const { world, rows, who } = exchange
  const app = findApp(exchange)
  const team = teamOf(rows).id
  const custom = readDisguise(exchange)
  if (custom !== undefined && who.kind === 'bot') {
    needScope(who, 'chat:write.customize')
    return { subtype: 'bot_message', ...custom, bot_id: app?.bot_id ?? '', app_id: app?.id ?? '' }
  }
  const isSigned = who.kind === 'bot' || world.setting('slack', 'userPostsCarryApp') === true
  if (app === undefined || !isSigned) return { user: who.account, team }
  return {
    user: who.account,
    bot_id: app.bot_id,
    app_id: app.id,
    team,
    bot_profile: botProfile(app, team),
  }
}

function findApp({ rows, who }: Exchange): App | undefined {
  const id = who.token?.facts?.['app_id']
  return typeof id === 'string' ? rows.get(apps, id) : undefined
}

const profiles = new WeakMap<App, Block>()

/** The part of a message that tells which app posted it. */
export function botProfile(app: App, team: string): Block {
  let profile = profiles.get(app)
  if (profile === undefined) {
    const image = (size: number) => `https://a.slack-edge.com/80588/img/plugins/app/bot_${size}.png`
    profile = {
      id: app.bot_id,
      app_id: app.id,
      user_id: app.bot_user_id,
      name: app.name,
      icons: { image_36: image(36), image_48: image(48), image_72: image(72) },
      deleted: false,
      updated: app.updated,
      team_id: team,
    }
    profiles.set(app, profile)
  }
  return profile
}

/** Another name or icon for this message (FACTS: customize). */
function readDisguise({ args }: Exchange): Partial<Message> | undefined {
  const username = text(args, 'username')
  const emoji = text(args, 'icon_emoji')
  const image = text(args, 'icon_url')
  if (!username && !emoji && !image) return undefined
  const icons = emoji ? { emoji } : image ? { image_48: image } : undefined
  return { ...(username && { username }), ...(icons && { icons }) }
}
