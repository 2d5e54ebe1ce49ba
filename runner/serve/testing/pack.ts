import { gzipSync } from 'node:zlib'

/** One entry of an archive that a test makes, right or wrong. */
export interface PackEntry {
  path: string
  text?: string | Buffer
  /** As tar spells it: `0` file, `1` hard link, `2` symbolic link, `3` device, `5` folder. */
  type?: string
  target?: string
  mode?: number
}

/** A tar archive (POSIX ustar) of these entries, as they are. */
export function tar(entries: readonly PackEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const body = Buffer.from(entry.text ?? '')
    const padding = Buffer.alloc((512 - (body.length % 512)) % 512)
    return [headerOf(entry, body.length), body, padding]
  })
  return Buffer.concat([...parts, Buffer.alloc(1024)])
}

/** The same as a .tar.gz. */
export function pack(entries: readonly PackEntry[]): Buffer {
  return gzipSync(tar(entries))
}

function headerOf(
  { path, type = '0', target = '', mode = 0o644 }: PackEntry,
  size: number,
): Buffer {
  const header = Buffer.alloc(512)
  header.write(path, 0, 100)
  header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  header.write('        ', 148)
  header.write(type, 156)
  header.write(target, 157, 100)
  header.write('ustar\x0000', 257)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
