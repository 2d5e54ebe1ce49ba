/** How much a submission may be. */
export interface SubmissionLimits {
  /** Of the archive as it is sent. */
  packedBytesMax: number
  /** Of all files together. */
  unpackedBytesMax: number
  /** Files, folders and links together. */
  entriesMax: number
  /** How often larger than what was sent: what packs better than this is a bomb. */
  ratioMax: number
}

export const defaultLimits: SubmissionLimits = {
  packedBytesMax: 64 * 1024 * 1024,
  unpackedBytesMax: 512 * 1024 * 1024,
  entriesMax: 20_000,
  ratioMax: 200,
}

/** An author's mistake in what was submitted: told to the author, with nothing of this machine in it. */
export class SubmissionError extends Error {
  override name = 'SubmissionError'
  /** Of HTTP. */
  readonly status: number

  constructor(message: string, status = 422) {
    super(message)
    this.status = status
  }
}
