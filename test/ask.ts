import { Agent, request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'

/** One request to a server of this machine, exactly as written: no redirects, no decoding. */
export interface Question {
  url: string
  method?: string
  /** Default: that of the URL. As it stands in the request line. */
  path?: string
  headers?: Record<string, string | string[]>
  body?: string | Uint8Array
  agent?: Agent
}

export interface HeardAnswer {
  status: number
  headers: IncomingHttpHeaders
  bytes: Buffer
  text: string
  json: () => unknown
}

const single = new Agent({ keepAlive: false })

/** Asks and hears the whole answer; rejects when the connection breaks before its end. */
export function ask(question: Question): Promise<HeardAnswer> {
  const { hostname, port, pathname, search } = new URL(question.url)
  const { method = 'GET', path = pathname + search, headers = {}, body, agent = single } = question
  return new Promise((resolve, reject) => {
    const options = { hostname, port, method, path, headers, agent }
    const asked = request(options, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const text = bytes.toString()
        resolve({
          status: answer.statusCode!,
          headers: answer.headers,
          bytes,
          text,
          json: () => JSON.parse(text) as unknown,
        })
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Writes raw bytes to a port and hears everything until the other side hangs up. */
export function talk(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    let heard = ''
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')))
    socket.on('close', () => resolve(heard))
    socket.on('error', reject)
  })
}
