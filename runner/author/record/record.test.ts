import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import type { FreeJson } from '../../scenario.ts'
import { Bases } from '../../bases.ts'
import { loadScenarios } from '../../load-scenarios.ts'
import { playTrial } from '../../play.ts'
import { nothingSubject } from '../../subject/nothing.ts'
import type { TrialResult } from '../../trial-result.ts'
import { makePlot } from './plot.ts'
import { standForRecording, type RecordingStand } from './recording-stand.ts'
import type { Recording } from './recording.ts'
import { createRepeatingSubject } from './repeat.ts'
import { writeUp } from './write-up.ts'

const folder = mkdtempSync(join(tmpdir(), 'record-scenario-'))
afterAll(() => rmSync(folder, { recursive: true }))
const language = pathToFileURL(join(import.meta.dirname, '../../scenario.ts')).href

/** An API that nobody wrote a twin for. */
const desk = `desk=${join(import.meta.dirname, '../../../examples/any-api/openapi.yaml')}`

/** Calls a twin as a person's client would. */
type Ask = (method: string, path: string, body?: unknown) => Promise<FreeJson>

function client({ places }: RecordingStand, twin: string): Ask {
  const { url, credentials } = places[twin.split('=', 1)[0]!]!
  const { api, bot = credentials['bearer'], email } = credentials
  const pair = Buffer.from(`${email}:${api}`).toString('base64')
  const authorization = email ? `Basic ${pair}` : bot ? `Bearer ${bot}` : `SSWS ${api}`
  const headers = { authorization, 'content-type': 'application/json' }
  return async (method, path, body) => {
    const init = body === undefined ? {} : { body: JSON.stringify(body) }
    const reply = await fetch(url + path, { method, headers, ...init })
    expect(reply.status, `${method} ${path}`).toBeLessThan(300)
    return reply.json().catch(() => null)
  }
}

const sessions: Record<string, (ask: Ask) => Promise<void>> = {
  okta: async (ask) => {
    const [grace] = await ask('GET', '/api/v1/users?q=grace')
    await ask('POST', `/api/v1/users/${grace.id}/lifecycle/deactivate`)
    const profile = { firstName: 'Nora', lastName: 'Quill', email: 'nora.quill@acme.example' }
    const joiner = await ask('POST', '/api/v1/users?activate=true', {
      profile: { ...profile, login: profile.email },
    })
    const [group] = await ask('GET', '/api/v1/groups?q=Engineering')
    await ask('PUT', `/api/v1/groups/${group.id}/users/${joiner.id}`)
  },
  slack: async (ask) => {
    const { channels } = await ask('GET', '/api/conversations.list?limit=999')
    const room = channels.find((one: { name: string }) => one.name === 'it-offboarding')
    const { user } = await ask('GET', '/api/users.lookupByEmail?email=grace.nguyen@acme.example')
    const text = `<@${user.id}> (${user.profile.email}) said "\${now}" & left\n\`done\``
    const { ts } = await ask('POST', '/api/chat.postMessage', { channel: room.id, text })
    await ask('POST', '/api/chat.postMessage', {
      channel: room.id,
      text: 'In a thread',
      thread_ts: ts,
    })
    const { channel } = await ask('POST', '/api/conversations.create', { name: 'proj-x' })
    await ask('POST', '/api/conversations.invite', { channel: channel.id, users: user.id })
  },
  [desk]: async (ask) => {
    const { id } = await ask('POST', '/members', { name: 'Nora', email: 'nora@acme.example' })
    await ask('GET', `/members/${id}`)
  },
  jira: async (ask) => {
    await ask('GET', '/rest/api/3/issue/ENG-1')
    await ask('PUT', '/rest/api/3/issue/ENG-1', {
      fields: { summary: 'Told anew', labels: ['seen'] },
    })
    const made = await ask('POST', '/rest/api/3/issue', {
      fields: { project: { key: 'ENG' }, summary: 'Take over', issuetype: { name: 'Task' } },
    })
    const content = [{ type: 'paragraph', content: [{ type: 'text', text: 'Please.' }] }]
    const body = { type: 'doc', version: 1, content }
    await ask('POST', `/rest/api/3/issue/${made.key}/comment`, { body })
  },
}

interface Recorded {
  recording: Recording
  credentials: RecordingStand['credentials']
}

async function record(twins: readonly string[]): Promise<Recorded> {
  const stand = await standForRecording({ twins, port: 0 })
  for (const twin of twins) await sessions[twin]!(client(stand, twin))
  return { recording: await stand.end(), credentials: stand.credentials }
}

/** Plays a written file, which imports the language from where it is in this tree. */
async function play(
  file: string,
  twins: readonly string[],
  recorded?: Recorded,
): Promise<TrialResult> {
  const { scenarios, broken } = await loadScenarios([file], folder)
  expect(broken.map(({ error }) => error.message)).toEqual([])
  const { plot, known } =
    recorded === undefined
      ? { plot: undefined, known: undefined }
      : makePlot(recorded.recording, 'x')
  const subject =
    recorded === undefined
      ? nothingSubject
      : createRepeatingSubject({ ...recorded, plot: plot!, known: known! })
  const { scenario } = scenarios[0]!
  const trial = { scenarioId: 'x', scenario, seed: '7', plan: { name: 'none', faults: [] } }
  return playTrial(trial, { base: await new Bases().of(twins), subject })
}

describe('backlot scenario record', () => {
  const cli = join(import.meta.dirname, '../../../bin/backlot.js')
  const backlot = (...args: string[]) =>
    spawnSync(process.execPath, [cli, 'scenario', 'record', ...args], {
      cwd: folder,
      encoding: 'utf8',
      input: '',
      timeout: 30_000,
    })

  it('ends with what is piped in, and writes nothing of nothing', () => {
    const { stdout, stderr, status } = backlot('--twins', 'slack', '--out', 'new/a.yaml')
    expect(stdout).toContain('SLACK_BOT_TOKEN=xoxb-')
    expect(stderr).toContain('Nothing was called, so there is nothing to write.')
    expect(status).toBe(2)
    expect(existsSync(join(folder, 'new'))).toBe(false)
  })

  it('overwrites nothing, and says what it needs', () => {
    writeFileSync(join(folder, 'there.ts'), '')
    const { stderr, stdout } = backlot('--twins', 'slack', '--out', 'there.ts')
    expect(stderr).toContain('There is such a file already.')
    expect(stdout).toBe('')
    expect(backlot('--out', 'a.ts').stderr).toContain('Write backlot scenario record --twins')
  })
})

describe('a recorded scenario', () => {
  it.each([
    [['okta'], 'yaml'],
    [['slack'], 'yaml'],
    [['jira'], 'yaml'],
    [['okta', 'jira', 'slack'], 'yaml'],
    [[desk], 'yaml'],
    [[desk], 'ts'],
    [['okta'], 'ts'],
    [['slack'], 'ts'],
    [['jira'], 'ts'],
    [['okta', 'jira', 'slack'], 'ts'],
  ])('of %s in %s is satisfied by a repetition, and not by nothing', async (twins, ending) => {
    const recorded = await record(twins)
    const file = join(folder, `${twins.map((one) => one.slice(0, 4)).join('-')}.${ending}`)
    const { credentials } = recorded
    const written = await writeUp(recorded.recording, {
      name: 'A story',
      file,
      words: twins,
      credentials,
    })
    expect(written.repeated).toEqual({ verdict: 'satisfied', why: [] })
    writeFileSync(file, written.text.replace("'backlot/scenario'", `'${language}'`))
    const repeated = await play(file, twins, recorded)
    expect(repeated.why).toEqual([])
    expect(repeated.verdict).toBe('satisfied')
    // Looks at what became of the world, besides counts of calls.
    expect(
      repeated.checks.filter(({ sentence }) => !sentence.includes('is called')).length,
    ).toBeGreaterThanOrEqual(twins.length * 2)
    const idle = await play(file, twins)
    expect(idle.verdict).toBe('unsatisfied')
  })

  it('gives what was there and was used, and names nobody of the default world', async () => {
    const { recording, credentials } = await record(['okta', 'slack', 'jira'])
    const { text } = await writeUp(recording, {
      name: 'A story',
      file: 'x.yaml',
      words: ['okta', 'slack', 'jira'],
      credentials,
    })
    const story = text
      .split('\n')
      .filter((line) => !line.startsWith('#'))
      .join('\n')
    for (const given of ['okta.user', 'okta.group', 'slack.user', 'slack.channel', 'jira.issue']) {
      expect(story).toContain(`given: ${given}`)
    }
    expect(story).not.toContain('grace.nguyen@acme.example')
    expect(story).toContain('okta.users[${grace.id}].status')
    expect(story).toMatch(/jira\.issues\[\$\{eng1\.id\}\]\.fields\.summary/)
    expect(text).toContain('# ')
    expect(text).toContain('okta deactivateUser')
  })
})
