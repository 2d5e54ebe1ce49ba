import type { WebClient } from '@slack/web-api'
import type { CloudClient } from 'jira.js'
import { patiently } from './patience.ts'

/** What Jira tells of an issue. */
export interface IssueEvent {
  webhookEvent: string
  issue: { key: string }
}

/** What Slack tells of a channel: somebody wrote, or marked a message. */
export interface SlackEvent {
  type: string
  channel?: string
  ts?: string
  text?: string
  thread_ts?: string
  bot_id?: string
  subtype?: string
  reaction?: string
  item?: { channel: string; ts: string }
}

interface Told {
  /** The message in whose thread an issue is told of. */
  ts: string
  status: string
}

/** What begins a message that wants to be an issue. */
const marker = /^bug:\s*/i

/**
 * A project and a channel in step: issues are told of in the channel, each in a thread of its own,
 * and messages become issues when they begin with "bug:" or are marked with :ticket:. Events may come
 * twice, late, or in another order than things happened: they only say where to look.
 */
export class Sync {
  readonly #jira: CloudClient
  readonly #slack: WebClient
  readonly #channelOf = new Map<string, string>()
  readonly #told = new Map<string, Told>()
  readonly #turns = new Map<string, Promise<void>>()

  constructor(jira: CloudClient, slack: WebClient) {
    this.#jira = jira
    this.#slack = slack
  }

  link({ project, channel }: { project: string; channel: string }): void {
    this.#channelOf.set(project, channel)
  }

  /** Tells of an issue as it stands now. */
  onIssue({ issue: { key } }: IssueEvent): Promise<void> {
    const channel = this.#channelOf.get(key.replace(/-\d+$/, ''))
    if (channel === undefined) return Promise.resolve()
    return this.#inTurn(key, () => this.#tell(key, channel))
  }

  /** Makes an issue of a message that asks for it. */
  onSlack({ type, item, reaction, ...message }: SlackEvent): Promise<void> {
    if (type === 'reaction_added') {
      if (reaction !== 'ticket' || item === undefined) return Promise.resolve()
      return this.#inTurn(item.ts, () => this.#report(item.channel, item.ts))
    }
    const { channel = '', ts = '', text = '', bot_id, subtype, thread_ts } = message
    const isSaid = bot_id === undefined && subtype === undefined && thread_ts === undefined
    if (!isSaid || !marker.test(text)) return Promise.resolve()
    return this.#inTurn(ts, () => this.#report(channel, ts))
  }

  async #tell(key: string, channel: string): Promise<void> {
    const fields = await this.#read(key)
    const status = (fields['status'] as { name: string }).name
    const told = this.#told.get(key)
    if (told?.status === status) return
    if (told !== undefined) {
      const text = `${key} is now ${status}`
      await this.#slack.chat.postMessage({ channel, text, thread_ts: told.ts })
      this.#told.set(key, { ...told, status })
      return
    }
    const origin = tsIn((fields['labels'] as string[] | undefined) ?? [])
    const text = `${key}: ${String(fields['summary'])} (${status})`
    const said = await this.#slack.chat.postMessage(
      origin === undefined ? { channel, text } : { channel, text, thread_ts: origin },
    )
    this.#told.set(key, { ts: origin ?? said.ts!, status })
  }

  async #report(channel: string, ts: string): Promise<void> {
    const project = [...this.#channelOf].find(([, one]) => one === channel)?.[0]
    if (project === undefined) return
    const label = labelOf(ts)
    const jql = `project = "${project}" AND labels = "${label}"`
    const found = await patiently(() =>
      this.#jira.issueSearch.searchAndReconsileIssuesUsingJql({ jql }),
    )
    if ((found.issues ?? []).length > 0) return
    const { messages } = await this.#slack.conversations.history({
      channel,
      latest: ts,
      inclusive: true,
      limit: 1,
    })
    const [message] = messages ?? []
    if (message?.ts !== ts) return
    const [line = ''] = (message.text ?? '').replace(marker, '').split('\n')
    const fields = {
      project: { key: project },
      issuetype: { name: 'Bug' },
      summary: line.slice(0, 250),
      labels: [label],
    }
    await patiently(() => this.#jira.issues.createIssue({ fields }))
  }

  /** The issue as it is now, whatever an event says of it. */
  async #read(key: string): Promise<Readonly<Record<string, unknown>>> {
    const wanted = { issueIdOrKey: key, fields: ['summary', 'status', 'labels'] }
    const { fields } = await patiently(() => this.#jira.issues.getIssue(wanted))
    return fields ?? {}
  }

  /** One thing at a time for one issue, or one message. */
  #inTurn(what: string, body: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(what) ?? Promise.resolve()).catch(() => {}).then(body)
    this.#turns.set(what, turn)
    return turn
  }
}

/** The message that an issue was made of stands in its labels, where it survives us. */
function labelOf(ts: string): string {
  return `slack-${ts.replace('.', '-')}`
}

function tsIn(labels: readonly string[]): string | undefined {
  const [, seconds, rest] = labels.map((one) => /^slack-(\d+)-(\d+)$/.exec(one)).find(Boolean) ?? []
  return seconds === undefined ? undefined : `${seconds}.${rest}`
}
