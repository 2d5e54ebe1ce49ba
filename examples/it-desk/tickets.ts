import type { Services } from './desk.ts'
import { commentsOf, quoted, search } from './jira.ts'
import type { Service } from './service.ts'
import { findChannel, readChannel, readThread, say, type Message } from './slack.ts'

/** Makes a bug of every message that somebody marked with :ticket:, or a word on the issue that it names. */
export async function fileMessages(
  { jira, slack }: Services,
  { channel: name, project }: { channel: string; project: string },
): Promise<unknown> {
  const channel = await findChannel(slack, name)
  if (channel === undefined) throw new Error(`there is no #${name}`)
  const filed: string[] = []
  for (const message of (await readChannel(slack, channel)).reverse()) {
    const { ts, bot_id, subtype, reactions = [] } = message
    const isMarked = reactions.some((one) => one.name === 'ticket')
    if (!isMarked || bot_id !== undefined || subtype !== undefined) continue
    if ((await readThread(slack, channel, ts)).some((one) => one.bot_id !== undefined)) continue
    const label = `slack-${channel}-${ts}`
    const key =
      (await addToKnown(jira, message, project, label)) ??
      (await file(jira, message, project, label))
    await say(slack, { channel, thread_ts: ts, text: `This is ${key} now.` })
    filed.push(key)
  }
  return { filed }
}

/** Adds a message to the issue that it names, where there is such an issue in the project. */
async function addToKnown(
  jira: Service,
  { text }: Message,
  project: string,
  label: string,
): Promise<string | undefined> {
  const named = new RegExp(`\\b${project}-\\d+\\b`).exec(text)?.[0]
  if (named === undefined) return undefined
  const [key] = await search(jira, `project = ${quoted(project)} AND key = ${named}`).catch(
    () => [],
  )
  if (key === undefined) return undefined
  const isThere = async () => (await commentsOf(jira, key)).some((one) => one.includes(label))
  if (!(await isThere())) {
    const body = toDocument(`${text}\n(${label})`)
    await jira.write('POST', `/rest/api/3/issue/${key}/comment`, { body }, isThere)
  }
  return key
}

async function file(
  jira: Service,
  { text }: Message,
  project: string,
  label: string,
): Promise<string> {
  const find = () => search(jira, `project = ${quoted(project)} AND labels = ${quoted(label)}`)
  const [known] = await find()
  if (known !== undefined) return known
  const fields = {
    project: { key: project },
    issuetype: { name: 'Bug' },
    summary: text.split('\n')[0]!.slice(0, 200),
    description: toDocument(text),
    labels: [label],
  }
  const made = await jira.write(
    'POST',
    '/rest/api/3/issue',
    { fields },
    async () => (await find()).length > 0,
  )
  const key = made?.key ?? (await find())[0]
  if (key === undefined) throw new Error('the bug is nowhere to be found')
  return key
}

/** A text as Atlassian's document format. */
function toDocument(text: string) {
  const paragraph = { type: 'paragraph', content: [{ type: 'text', text }] }
  return { type: 'doc', version: 1, content: [paragraph] }
}
