import { fileURLToPath } from 'node:url'
import type { TwinDefinition } from '../../engine/twin.ts'
import { twinContract } from '../../test/twin-contract.ts'
import { jira } from './twin.ts'

twinContract(jira as unknown as TwinDefinition, {
  folder: fileURLToPath(new URL('.', import.meta.url)),
  authorize: ({ email, api }) => ({
    authorization: `Basic ${Buffer.from(`${email}:${api}`).toString('base64')}`,
  }),
  isRefused: ({ status }) => status === 401,
  isUnknown: ({ status, json }) =>
    status === 404 ||
    (json as { detail?: string } | undefined)?.detail?.startsWith('No endpoint') === true,
})
