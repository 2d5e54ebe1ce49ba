import { fileURLToPath } from 'node:url'
import { twinContract } from '../../test/twin-contract.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { slack } from './twin.ts'

twinContract(slack as unknown as TwinDefinition, {
  folder: fileURLToPath(new URL('.', import.meta.url)),
  authorize: ({ bot, user }) => ({ authorization: `Bearer ${bot ?? user}` }),
  isRefused: ({ status, json }) =>
    status === 200 && (json as { error?: string }).error === 'invalid_auth',
  isUnknown: ({ status }) => status === 404,
})
