import type { World } from '../../engine/world.ts'
import { describeStand } from '../commands/up-text.ts'
import { standOn, toReady } from '../stand.ts'

/** Lets a server stand on a world until Ctrl-C. Its address and tokens are told on stdout. */
export async function standOnFrozen(
  world: World,
  { json, port = json ? 0 : 4010 }: { json: boolean; port?: number | undefined },
): Promise<void> {
  const stand = await standOn(world, { host: '127.0.0.1', port, strictHttps: false })
  const ended = new Promise<void>((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
  })
  try {
    process.stdout.write(json ? `${JSON.stringify(toReady(stand))}\n` : `\n${describeStand(stand)}`)
    await ended
  } finally {
    await stand.close()
  }
}
