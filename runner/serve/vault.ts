import { recipientOf, sealTo, unseal } from '../holdout/seal/age.ts'
import { defaultKeyFile, readKeyFile } from '../holdout/seal/keys.ts'
import { readManifest } from '../holdout/seal/manifest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { HoldoutConfig } from './config.ts'

/** Keeps what holds sealed cases, sealed: whoever reads the database or its backup reads none of it. */
export interface Vault {
  /** A value as text, for the recipients of the set and for this service. */
  seal: (value: unknown) => Promise<string>
  /** Throws a UsageError when our key does not open it: after a rotation, the old key must stay in the file. */
  open: <T>(text: string) => Promise<T>
}

/** Opens the vault with the key of the holdout. Throws a UsageError when the key can't be used. */
export async function openVault({ set, key, knownKey = false }: HoldoutConfig): Promise<Vault> {
  const file = key ?? defaultKeyFile()
  const identities = await readKeyFile(file, { anyMode: knownKey })
  const own = await Promise.all(identities.map(recipientOf))
  return {
    seal: async (value) => {
      const { manifest } = await readManifest(set)
      const recipients = [...new Set([...own, ...manifest.recipients])]
      const sealed = await sealTo(recipients, Buffer.from(JSON.stringify(value)))
      return Buffer.from(sealed).toString('base64')
    },
    open: async (text) => {
      const plain = await unseal(identities, Buffer.from(text, 'base64'))
      if (plain !== undefined) return JSON.parse(Buffer.from(plain).toString()) as never
      throw new UsageError('The key does not open a scoring that was kept.', {
        file,
        fix: 'Put the key of that time into the file as well, on a line of its own.',
      })
    },
  }
}
