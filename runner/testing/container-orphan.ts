import { ContainerWall } from '../wall/container/container-wall.ts'
import { openEngine } from '../wall/container/engine.ts'
import { needImage } from '../wall/container/image.ts'
import { ownLabels } from '../wall/container/labels.ts'

/**
 * Opens a berth of containers, and one container more that does not hang on this process; tells their
 * ids, and waits to be killed. `node container-orphan.ts <image>`
 */
const engine = await openEngine()
const image = await needImage(engine, process.argv[2]!, false, {})
const wall = await ContainerWall.open({
  engine,
  image,
  mounts: [],
  writes: [],
  resources: {},
  isKept: false,
})
const berth = await wall.open({ readable: [] })
const running = berth.wrap({
  command: ['node', '-e', 'setInterval(() => {}, 1000); console.log(1)'],
  cwd: '/',
  env: {},
}).start!()
await new Promise((resolve) => running.stdout.once('data', resolve))
const label = Object.entries(ownLabels()).map(([name, value]) => `${name}=${value}`)
const all = await engine.api.listContainers({ filters: { label } })
const loose = await engine.api.createContainer({
  Image: image.id,
  Cmd: ['node', '-e', 'setInterval(() => {}, 1000)'],
  Labels: ownLabels(),
  HostConfig: { NetworkMode: 'none' },
})
await loose.start()
console.log([...all.map(({ Id }) => Id), loose.id].join(' '))
setInterval(() => {}, 1000)
