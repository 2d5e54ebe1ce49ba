import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const packGzip = promisify(gzip)
const packBrotli = promisify(brotliCompress)

/** How a body may be packed for a caller: the first of gzip and br that it accepts. */
export function pickEncoding(accepted: string | undefined): 'gzip' | 'br' | undefined {
  if (accepted === undefined) return undefined
  let anything = false
  let found: 'gzip' | 'br' | undefined
  const refused = new Set<string>()
  for (const part of accepted.split(',')) {
    const [name, ...parameters] = part.split(';')
    const coding = name!.trim().toLowerCase()
    const isRefused = parameters.some((one) => /^\s*q=0(\.0*)?\s*$/i.test(one))
    if (isRefused) refused.add(coding)
    else if (coding === 'gzip') found = 'gzip'
    else if (coding === 'br') found ??= 'br'
    else if (coding === '*') anything = true
  }
  if (found !== undefined) return found
  return anything && !refused.has('gzip') ? 'gzip' : undefined
}

/** Whether packing makes a body of this type smaller. */
export function isCompressible(contentType: string | string[] | undefined): boolean {
  return /^text\/|[/+](json|xml|javascript|yaml)\b/i.test(String(contentType ?? ''))
}

/** Packs a body, fast rather than small. */
export function compress(body: Uint8Array | string, encoding: 'gzip' | 'br'): Promise<Buffer> {
  if (encoding === 'gzip') return packGzip(body, { level: 1 })
  return packBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } })
}
