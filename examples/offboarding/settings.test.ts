import { expect, it } from 'vitest'
import { readSettings } from './settings.ts'

const env = {
  OKTA_CLIENT_ORGURL: 'https://acme.okta.com',
  OKTA_CLIENT_TOKEN: 'o',
  JIRA_HOST: 'https://acme.atlassian.net',
  JIRA_EMAIL: 'bot@acme.example',
  JIRA_API_TOKEN: 'j',
  SLACK_BOT_TOKEN: 's',
}

it('reads what the official clients read, and tells #it-offboarding', () => {
  expect(readSettings(env)).toMatchObject({
    okta: { token: 'o' },
    slack: { apiUrl: undefined, token: 's' },
    channel: 'it-offboarding',
  })
})

it('says which setting is missing', () => {
  expect(() => readSettings({ ...env, JIRA_HOST: '' })).toThrow('JIRA_HOST is not set.')
})
