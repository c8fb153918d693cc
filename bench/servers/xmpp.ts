import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cpuMsOf } from '../harness/cpu.js'
import { answer } from '../harness/process.js'
import { ejabberd } from '../peers/ejabberd.js'
import type { Place, Program } from '../peers/program.js'
import { prosody } from '../peers/prosody.js'
import type { Usage } from './serve.js'

/** By the path of what Debian's package puts on the PATH; `url` is that of its database. */
export type XmppOptions = { server: 'ejabberd'; path: string; url: string } | { server: 'prosody'; path: string }

const patienceMs = 30_000
const folder = mkdtempSync(join(tmpdir(), 'express-chat-bench-'))
let child: ChildProcess | undefined

answer({
  async start(options: XmppOptions) {
    const port = await freePort()
    const place: Place = { folder, port }
    await listening(options.server === 'ejabberd' ? ejabberd(options, place) : prosody(options, place), port)
    return port
  },
  usage: (): { cpuMs: Usage['cpuMs'] | undefined } => ({ cpuMs: cpuMsOf(child?.pid) }),
})

// With whoever started it the server ends too, whatever the reason.
process.on('exit', () => {
  child?.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1))

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts a program, and waits until it takes connections. */
async function listening({ command, args, env, files }: Program, port: number): Promise<void> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  let said = ''
  let ended: string | undefined
  const started = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  started.stdout.on('data', (text) => (said += text))
  started.stderr.on('data', (text) => (said += text))
  started.on('error', ({ message }) => (ended = message))
  started.on('exit', (code, signal) => (ended ??= `it ended with ${code ?? signal}`))
  for (const start = Date.now(); !(await accepts(port)); await sleep(50)) {
    if (ended === undefined && Date.now() - start > patienceMs) ended = `it did not listen in ${patienceMs / 1000} s`
    if (ended !== undefined) throw new Error([ended, said.trim()].filter(Boolean).join(': '))
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
