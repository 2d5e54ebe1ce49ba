import type { Credentials } from '../../../engine/twin.ts'
import { startPump } from '../../../fronts/deliver.ts'
import { serveHttp } from '../../../fronts/http.ts'
import { createResolver } from '../../../fronts/resolve.ts'
import { defaultId, Worlds } from '../../../fronts/worlds.ts'
import { Bases } from '../../bases.ts'
import type { Place } from '../../client-env.ts'
import { makeGivenRows } from '../../given-rows.ts'
import { placesOf } from '../../place-view.ts'
import { readDocument } from '../../read-document.ts'
import { beginRecording, type Recording } from './recording.ts'

/** Twins that stand for somebody to work against. */
export interface RecordingStand {
  url: string
  worlds: Worlds
  places: Readonly<Record<string, Place>>
  credentials: Readonly<Record<string, Credentials>>
  /** How many calls there were so far. */
  callCount: () => number
  /** Closes the stand, and tells what was done. */
  end: () => Promise<Recording>
}

/** Stands twins up in the world that every trial begins with, at the time at which trials begin. Throws a UsageError. */
export async function standForRecording(options: {
  twins: readonly string[]
  port: number
  seedFile?: string | undefined
}): Promise<RecordingStand> {
  const base = await new Bases().of(options.twins)
  // Time stands still but for a millisecond a call, as it does for a subject that never waits.
  const world = base.fork({ seed: 'recorded', stepMs: 1 })
  if (options.seedFile !== undefined) {
    const { value, at } = await readDocument(options.seedFile)
    makeGivenRows(world, value, at)
  }
  const worlds = new Worlds({ onAdd: (open) => startPump(open.world).stop })
  const open = worlds.add(world, defaultId)
  const server = await serveHttp({ resolve: createResolver(worlds), port: options.port })
  const places = placesOf(worlds, open, server.url)
  const credentials = Object.fromEntries(
    Object.entries(places).map(([name, place]) => [name, place.credentials]),
  )
  const endRecording = beginRecording(world)
  return {
    url: server.url,
    worlds,
    places,
    credentials,
    callCount: () => world.journal.calls().length,
    end: async () => {
      await server.close()
      const recording = endRecording()
      worlds.clear()
      return recording
    },
  }
}
