import type { Language } from './attack.ts'

/** A whole program, from the statements of an attack. */
export function writeProgram(by: Language, statements: string): string {
  const [before, after] = frames[by]
  return `${before}${statements}${after}`
}

const node: [string, string] = [
  `import fs from 'node:fs'
import net from 'node:net'
import tls from 'node:tls'
import os from 'node:os'
import dns from 'node:dns/promises'
import dgram from 'node:dgram'
import http from 'node:http'
import https from 'node:https'
import zlib from 'node:zlib'
import { spawn, spawnSync, execFileSync } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
const range = JSON.parse(process.env.RED_TEAM)
const said = {}
const codeOf = (error) => error.cause?.code ?? error.code ?? String(error.message).slice(0, 100)
const attempt = async (name, body) => {
  try { said[name] = await body() } catch (error) { said[name] = codeOf(error) }
}
const settle = (begin) => new Promise((resolve) => {
  const timer = setTimeout(() => resolve('silence'), 2000)
  begin((value) => { clearTimeout(timer); resolve(value) })
})
// Only what a listener of ours says outside is success: any address can be connected to.
const tcp = (options, data = range.mark) => settle((done) => {
  const socket = net.connect(options)
  socket.on('connect', () => socket.write(data))
  socket.on('data', (data) => { done(String(data).startsWith('canary') ? 'in' : String(data).slice(0, 12)); socket.destroy() })
  socket.on('error', (error) => done(codeOf(error)))
  socket.on('close', () => done('closed'))
})
const udp = (host, port, data = range.mark, prepare = () => {}) => settle((done) => {
  const socket = dgram.createSocket(host.includes(':') ? 'udp6' : 'udp4')
  socket.on('error', (error) => done(codeOf(error)))
  socket.on('message', (text) => done(String(text).startsWith('canary') ? 'in' : 'answer'))
  socket.bind(0, () => {
    try { prepare(socket) } catch (error) { return done(codeOf(error)) }
    socket.send(data, port, host, (error) => error && done(codeOf(error)))
    setTimeout(() => done('sent'), 150)
  })
})
const raw = (host, port, text, secure) => settle((done) => {
  const socket = secure ? tls.connect({ host, port, rejectUnauthorized: false, ...secure }) : net.connect(port, host)
  let heard = ''
  socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(text))
  socket.on('data', (data) => { heard += data })
  socket.on('error', (error) => done(heard.slice(9, 12) || codeOf(error)))
  socket.on('close', () => done([...heard.matchAll(/HTTP\\/1.1 (\\d+)/g)].map((one) => one[1]).join() || 'closed'))
})
const shell = (command) => { const { status, stderr } = spawnSync('sh', ['-c', command]); return status === 0 ? 'in' : String(stderr).trim().split(': ').at(-1) || 'failed' }
`,
  `
console.log(JSON.stringify({ status: 200, body: said }))
process.exit(0)
`,
]

const python: [string, string] = [
  `import ctypes, errno, json, os, platform, signal, socket, struct, sys, time
range_ = json.loads(os.environ['RED_TEAM'])
mark = range_['mark'].encode()
libc = ctypes.CDLL(None, use_errno=True)
isX64 = platform.machine() == 'x86_64'
said = {}
def codeOf(number):
    return errno.errorcode.get(number, str(number))
def attempt(name, body):
    try:
        said[name] = body() or 'in'
    except OSError as error:
        said[name] = codeOf(error.errno) if error.errno else str(error)[:100]
    except Exception as error:
        said[name] = type(error).__name__
def call(name, x64, arm64, *args):
    ctypes.set_errno(0)
    result = libc.syscall(x64 if isX64 else arm64, *args)
    said[name] = codeOf(ctypes.get_errno()) if result == -1 else 'in'
    return result
`,
  `
print(json.dumps({'status': 200, 'body': said}), flush=True)
os._exit(0)
`,
]

const sh: [string, string] = [
  `said=
note() { said="$said\${said:+,}\\"$1\\":\\"$2\\""; }
try() { name=$1; shift; if ( eval "$*" ) >/dev/null 2>"$TMPDIR/why"; then note "$name" in; else note "$name" "$(tail -n 1 "$TMPDIR/why" | sed 's/.*: //' | tr -cd 'A-Za-z0-9 .-')"; fi; }
outside=$(printf %s "$RED_TEAM" | sed 's/.*"outside":"\\([^"]*\\)".*/\\1/')
mark=$(printf %s "$RED_TEAM" | sed 's/.*"mark":"\\([^"]*\\)".*/\\1/')
`,
  `
printf '{"status":200,"body":{%s}}\\n' "$said"
`,
]

const c: [string, string] = [
  `#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static char said[8192];
static void note(const char *name, const char *what) {
  size_t at = strlen(said);
  snprintf(said + at, sizeof said - at, "%s\\"%s\\":\\"%s\\"", at ? "," : "", name, what);
}
static void attempt(const char *name, long result) {
  note(name, result == -1 ? strerrorname_np(errno) : "in");
}
int main(void) {
`,
  `
  printf("{\\"status\\":200,\\"body\\":{%s}}\\n", said);
  return 0;
}
`,
]

const frames: Readonly<Record<Language, [string, string]>> = { node, python, sh, c }
