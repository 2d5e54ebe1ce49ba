import { createCloudClient, isApiError, isRateLimitError, type CloudClient } from 'jira.js'
import {
  Patience,
  troubleOf,
  UnreadableAnswer,
  type PatienceOptions,
  type Trouble,
} from './patience.ts'
import type { JiraSettings } from './settings.ts'
import { toDocument } from './wording.ts'

/** An open issue of somebody. */
export interface OpenIssue {
  key: string
  projectKey: string
}

/** The tracker of work. */
export class Jira {
  readonly #client: CloudClient
  readonly #patience: Patience
  readonly #leads = new Map<string, Promise<string | undefined>>()

  constructor({ host, email, apiToken }: JiraSettings, patience: PatienceOptions = {}) {
    this.#patience = new Patience(diagnose, patience)
    this.#client = createCloudClient({
      host,
      auth: { type: 'basic', email, apiToken },
      // A field that Jira added yesterday is no reason to stop; what we need, we check ourselves.
      onSchemaMismatch: 'silent',
    })
  }

  /** The account id of the person with this address. The search finds more than was asked for. */
  async findPerson(email: string): Promise<string | undefined> {
    const found = await this.#patience.repeat(async () =>
      readable(await this.#client.userSearch.findUsers({ query: email }), Array.isArray),
    )
    const address = email.toLowerCase()
    return found.find((user) => user.emailAddress?.toLowerCase() === address)?.accountId
  }

  /** Every open issue of a person. All are read before any is changed: changes would shift the pages. */
  async findOpenIssues(accountId: string): Promise<OpenIssue[]> {
    const jql = `assignee = "${accountId}" AND statusCategory != Done ORDER BY key`
    const issues: OpenIssue[] = []
    let nextPageToken: string | undefined
    do {
      const query = { jql, fields: ['project'], ...(nextPageToken ? { nextPageToken } : {}) }
      const page = await this.#patience.repeat(async () =>
        readable(await this.#client.issueSearch.searchAndReconsileIssuesUsingJql(query), (one) =>
          Array.isArray(one.issues),
        ),
      )
      for (const { key, fields } of page.issues ?? []) {
        issues.push({ key: key!, projectKey: fields!['project'].key })
      }
      nextPageToken = page.nextPageToken ?? undefined
    } while (nextPageToken)
    return issues
  }

  /**
   * Gives an issue of `from` to the lead of its project, with a comment that says why, both in one
   * edit. Where the lead is gone as well, nobody has it. Returns undefined when it was no longer `from`'s.
   */
  async handOver(
    issue: OpenIssue,
    from: string,
    why: string,
  ): Promise<'reassigned' | 'unassigned' | undefined> {
    // The search may lag behind; an issue read by its key does not.
    if ((await this.#assigneeOf(issue)) !== from) return undefined
    const lead = await this.#leadOf(issue.projectKey)
    const to = lead === from ? undefined : lead
    await this.#patience.once(
      () =>
        this.#client.issues.editIssue({
          issueIdOrKey: issue.key,
          fields: { assignee: to === undefined ? null : { accountId: to } },
          update: { comment: [{ add: { body: toDocument(why) } }] },
        }),
      async () => (await this.#readAssignee(issue)) !== from,
    )
    return to === undefined ? 'unassigned' : 'reassigned'
  }

  #assigneeOf(issue: OpenIssue): Promise<string | undefined> {
    return this.#patience.repeat(() => this.#readAssignee(issue))
  }

  async #readAssignee({ key }: OpenIssue): Promise<string | undefined> {
    const issue = await this.#client.issues.getIssue({ issueIdOrKey: key, fields: ['assignee'] })
    return readable(issue, (one) => one.fields !== undefined).fields!['assignee']?.accountId
  }

  #leadOf(projectKey: string): Promise<string | undefined> {
    let lead = this.#leads.get(projectKey)
    if (lead === undefined) this.#leads.set(projectKey, (lead = this.#readLead(projectKey)))
    return lead
  }

  async #readLead(projectIdOrKey: string): Promise<string | undefined> {
    const { lead } = await this.#patience.repeat(async () =>
      readable(await this.#client.projects.getProject({ projectIdOrKey }), (one) => 'key' in one),
    )
    return lead?.active === false ? undefined : lead?.accountId
  }
}

/** The client hands over a body that it couldn't read as it came, as a text. */
function readable<T>(answer: T, isWhole: (answer: T) => boolean): T {
  if (typeof answer !== 'object' || answer === null || !isWhole(answer)) {
    throw new UnreadableAnswer('Jira answered with something else')
  }
  return answer
}

function diagnose(error: unknown): Trouble {
  if (isRateLimitError(error)) return troubleOf(429, error.retryAfterMs)
  if (isApiError(error)) return troubleOf(error.status)
  return { kind: 'unclear' }
}
