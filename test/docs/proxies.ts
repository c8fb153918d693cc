import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { blockOf } from '../readme.js'

interface Program {
  command: string
  /** The whole configuration of what the page shows, which is a part of one. */
  whole(shown: string, folder: string): string
  arguments(path: string, folder: string): string[]
  /** What the page has in place of the addresses of a test. */
  shownAddress: string
  ownAddress(port: number): string
}

const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']

const programs = {
  nginx: {
    command: 'nginx',
    whole: (shown, folder) => `
      daemon off;
      master_process off;
      pid ${folder}/pid;
      events {}
      http {
        access_log off;
        ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n')}
        ${shown}
      }`,
    arguments: (path, folder) => ['-p', folder, '-e', 'stderr', '-c', path],
    shownAddress: 'listen 80;',
    ownAddress: (port) => `listen 127.0.0.1:${port};`,
  },
  caddy: {
    command: 'caddy',
    whole: (shown) => `{\n  admin off\n}\n${shown}`,
    arguments: (path) => ['run', '--config', path, '--adapter', 'caddyfile'],
    shownAddress: 'chat.example.com',
    ownAddress: (port) => `http://127.0.0.1:${port}`,
  },
} satisfies Record<string, Program>

export type ProxyName = keyof typeof programs

export const proxyNames = Object.keys(programs) as ProxyName[]

/** Whether it is installed. */
export function isHere(name: ProxyName): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${programs[name].command}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Starts a proxy in front of a host, configured as docs/hosts.md says. */
export async function startProxy(name: ProxyName, host: string): Promise<{ origin: string; close(): Promise<void> }> {
  const program: Program = programs[name]
  const folder = mkdtempSync(join(tmpdir(), 'express-chat-proxy-'))
  const port = await freePort()
  const shown = blockOf('docs/hosts.md', `test/docs/proxies.ts: ${name}`)
    .replace(program.shownAddress, program.ownAddress(port))
    .replace('127.0.0.1:3000', new URL(host).host)
  const path = join(folder, 'configuration')
  writeFileSync(path, program.whole(shown, folder))
  const said: string[] = []
  const child = spawn(program.command, program.arguments(path, folder), { env: { ...process.env, HOME: folder } })
  child.stderr.on('data', (text) => said.push(String(text)))
  const origin = `http://127.0.0.1:${port}`
  await answers(origin, child, said)
  return {
    origin,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answers(origin: string, child: ChildProcess, said: string[]): Promise<void> {
  for (let patience = 200; patience > 0 && child.exitCode === null; patience--) {
    if (await fetch(origin).then(Boolean, () => false)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${child.spawnfile} does not answer:\n${said.join('')}`)
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
