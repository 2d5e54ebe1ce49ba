import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { UsageError } from '../../../engine/usage-error.ts'

/** A pair of age keys: who has the identity reads what is sealed to the recipient. */
export interface KeyPair {
  /** `AGE-SECRET-KEY-1…` */
  identity: string
  /** `age1…` */
  recipient: string
}

/** Draws a key pair. X25519 and not the newer hybrid kind: every `age` in use reads it. */
export async function drawKeyPair(): Promise<KeyPair> {
  const identity = await generateX25519Identity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** The recipient of an identity. Throws a UsageError when it is none. */
export async function recipientOf(identity: string): Promise<string> {
  try {
    return await identityToRecipient(identity)
  } catch {
    throw new UsageError('This is no age identity.', {
      fix: 'It begins with AGE-SECRET-KEY-1; backlot holdout init makes one.',
    })
  }
}

/** Whether a text is a recipient that can be sealed to. */
export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}

/** Seals bytes to every recipient: an age file (age-encryption.org/v1). */
export async function sealTo(
  recipients: readonly string[],
  bytes: Uint8Array,
): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  for (const one of recipients) encrypter.addRecipient(one)
  return encrypter.encrypt(bytes)
}

/** Opens an age file with the first identity that fits; undefined when none does or it was tampered with. */
export async function unseal(
  identities: readonly string[],
  file: Uint8Array,
): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter()
  for (const one of identities) decrypter.addIdentity(one)
  try {
    return await decrypter.decrypt(file)
  } catch {
    return undefined
  }
}
