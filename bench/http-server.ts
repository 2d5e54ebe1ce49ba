import { createServer } from 'node:http'
import { World } from '../engine/world.ts'
import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { defaultId, Worlds } from '../fronts/worlds.ts'
import { journalMax } from '../runner/stand.ts'
import { board } from '../test/small-twin.ts'

/** The two servers that are compared: ours, and a bare one that sends the same bytes. */

const [kind, sample] = process.argv.slice(2)

if (kind === 'bare') {
  const { status, headers, body } = JSON.parse(sample!) as {
    status: number
    headers: string[]
    body: string
  }
  const server = createServer({ noDelay: true, keepAliveTimeout: 65_000 }, (_request, response) => {
    response.writeHead(status, headers)
    response.end(body)
  })
  server.listen(0, '127.0.0.1', () => {
    console.log((server.address() as { port: number }).port)
  })
} else {
  const worlds = new Worlds()
  worlds.add(World.create({ twins: [board] as never, journalMax }), defaultId)
  const server = await serveHttp({ resolve: createResolver(worlds) })
  console.log(server.port)
}
