import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { Socket } from 'node:net'

/** A subject that sends everything at its lane which makes no sense, and asks a sensible thing at the end. */

let state = 42
const chance = (below: number): number => {
  state = (state * 1_103_515_245 + 12_345) & 0x7fffffff
  return state % below
}
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => chance(256)))

const requests = [
  'GET',
  'CONNECT evil.example:443 HTTP/1.1\r\nHost: slack.com',
  'GET http://[::1 HTTP/1.1\r\nHost: slack.com',
  'GET http://slack.com/ HTTP/1.1\r\nHost: evil.example',
  'GET /%00 HTTP/1.1\r\nHost: \0',
  'GET / HTTP/1.1\r\nHost: a b',
  'GET / HTTP/1.1',
  'POST / HTTP/1.1\r\nHost: slack.com\r\nTransfer-Encoding: chunked\r\n\r\nzz',
  'POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 99999\r\n\r\nshort',
  'PRI * HTTP/2.0',
  'GET / HTTP/1.1\r\nHost: slack.com\r\nUpgrade: websocket\r\nConnection: upgrade',
  'OPTIONS * HTTP/1.1\r\nHost: slack.com',
  `GET / HTTP/1.1\r\nHost: slack.com\r\nX: ${'x'.repeat(40_000)}`,
]
const names = [
  'a b',
  'ü.example',
  '*.*',
  '..',
  'x'.repeat(250),
  '-',
  '%00',
  'slack.com.',
  'SLACK.COM',
]

for (const host of ['slack.com', 'evil.example', '127.0.0.1', '203.0.113.5']) {
  await Promise.all([
    ...requests.map((line) => send(host, 80, `${line}\r\n\r\n`)),
    ...requests.map((line) => sendTls(host, host, `${line}\r\n\r\n`)),
    send(host, 80, noise(300)),
    send(host, 443, noise(300)),
    send(host, 443, Buffer.concat([Buffer.from([22, 3, 1, 1, 0]), noise(256)])),
    send(host, 9999, noise(10)),
  ])
}
await Promise.all(
  names.map((name) => sendTls('slack.com', name, `GET / HTTP/1.1\r\nHost: ${name}\r\n\r\n`)),
)
await sendQueries()
const { status } = await fetch('https://slack.com/api/api.test')
console.log(JSON.stringify({ status, body: {} }))
process.exit(0)

function send(host: string, port: number, data: Buffer | string): Promise<void> {
  return over(connect({ host, port, timeout: 400 }), 'connect', data)
}

async function sendTls(host: string, servername: string, data: string): Promise<void> {
  try {
    const options = { host, port: 443, servername, rejectUnauthorized: false, timeout: 400 }
    await over(connectTls(options), 'secureConnect', data)
  } catch {
    // Node itself refuses some names.
  }
}

function over(socket: Socket, begin: string, data: Buffer | string): Promise<void> {
  return new Promise((resolve) => {
    socket.once(begin, () => socket.end(data))
    socket.resume()
    for (const event of ['error', 'close', 'timeout']) {
      socket.on(event, () => {
        socket.destroy()
        resolve()
      })
    }
  })
}

async function sendQueries(): Promise<void> {
  const socket = createSocket('udp4')
  socket.on('error', () => {})
  for (let i = 0; i < 400; i++) socket.send(noise(chance(80)), 53, '127.0.0.1')
  for (const label of ['\0', 'a'.repeat(63), ' ', 'ü', '%', '@', '']) {
    const text = Buffer.from(label, 'latin1')
    const header = Buffer.from([1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    const question = Buffer.concat([Buffer.from([text.length]), text, Buffer.from([0, 0, 1, 0, 1])])
    socket.send(Buffer.concat([header, question]), 53, '127.0.0.1')
  }
  await new Promise((resolve) => setTimeout(resolve, 300))
  socket.close()
}
