export interface OktaSettings {
  orgUrl: string
  token: string
}

export interface JiraSettings {
  host: string
  email: string
  apiToken: string
}

export interface SlackSettings {
  /** Slack's own address when absent. */
  apiUrl: string | undefined
  token: string
}

export interface Settings {
  okta: OktaSettings
  jira: JiraSettings
  slack: SlackSettings
  /** Without its #. */
  channel: string
  /** A call without an answer is given up after so long. */
  answerMsMax: number
}

/** Reads the settings under the names that the official clients use. Throws when one is missing. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const need = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') throw new Error(`${name} is not set.`)
    return value
  }
  return {
    okta: { orgUrl: need('OKTA_CLIENT_ORGURL'), token: need('OKTA_CLIENT_TOKEN') },
    jira: {
      host: need('JIRA_HOST'),
      email: need('JIRA_EMAIL'),
      apiToken: need('JIRA_API_TOKEN'),
    },
    slack: { apiUrl: env['SLACK_API_URL'], token: need('SLACK_BOT_TOKEN') },
    channel: env['OFFBOARDING_CHANNEL'] ?? 'it-offboarding',
    answerMsMax: Number(env['OFFBOARDING_ANSWER_MS_MAX'] ?? 10_000),
  }
}
