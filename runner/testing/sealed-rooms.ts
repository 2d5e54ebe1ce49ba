import { mkdirSync } from 'node:fs'
import type { CommandLine, Said } from './command-line.ts'

/** A story in which a room is to be opened. */
export function roomStory(name: string, tags = 'rooms'): string {
  return `scenario: A room is opened for ${name}
twins: [slack]
tags: [${tags}]
steps:
  - allow: ['slack.channels[+]', 'slack.memberships[+]', 'slack.messages[+]']
  - when: a room is asked for
    ask: POST /rooms
    with: { name: ${name} }
  - look: slack GET /api/conversations.list?limit=999
    at: channels[name=${name}]
    as: rooms
  - then: it is there
    value: \${rooms}
    count: 1
`
}

/** A program that opens the rooms for which `condition` (of `name`) holds; `first` is put before its request is answered. */
export function roomService(condition = 'true', first = ''): string {
  return `
let text = ''
for await (const part of process.stdin) text += part
const { name } = JSON.parse(text).body
${first}
if (${condition}) {
  const authorization = 'Bearer ' + process.env.SLACK_BOT_TOKEN
  const headers = { authorization, 'content-type': 'application/json; charset=utf-8' }
  await fetch(process.env.SLACK_API_URL + 'conversations.create', { method: 'POST', headers, body: JSON.stringify({ name }) })
}
console.log(JSON.stringify({ status: 200, body: {} }))
`
}

/** Names of the sealed rooms; nobody else may learn them. */
export const sealedRooms = ['attic', 'cellar', 'pantry', 'veranda']

/** A folder with a public room, four sealed ones, and a subject that opens them all. */
export async function sealRooms(line: CommandLine): Promise<Said> {
  mkdirSync(`${line.folder}/cases`)
  mkdirSync(`${line.folder}/stories`)
  mkdirSync(`${line.folder}/desk`)
  line.write('stories/lobby.yaml', roomStory('lobby'))
  for (const [i, name] of sealedRooms.entries()) {
    line.write(`cases/${name}.yaml`, roomStory(name, i % 2 === 0 ? 'rooms, upper' : 'rooms'))
  }
  line.write('desk/service.mjs', roomService())
  line.write(
    'desk/subject.json',
    JSON.stringify({ name: 'desk', kind: 'command', command: ['node', 'service.mjs'] }),
  )
  const made = await line.backlot('holdout', 'init', '--key', 'holdout.key', '--json')
  if (made.code !== 0) return made
  const { recipient } = JSON.parse(made.out) as { recipient: string }
  return line.backlot('holdout', 'seal', 'cases', '--to', recipient)
}
