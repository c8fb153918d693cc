// Three servers of the demo, each a process of its own, on one PostgreSQL and one Redis: `npm run cluster`.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { openFolder } from './folder.js'
import { checkRedis, prepareDatabase } from './services.js'
import { settingsOf } from './settings.js'

const { ports, data, databaseUrl, redisUrl } = settingsOf(process.env)
const demo = fileURLToPath(new URL('../demo/server.ts', import.meta.url))
const drainMs = 2_000

await prepareDatabase(databaseUrl)
await checkRedis(redisUrl)
await openFolder(data)
console.log('PostgreSQL and Redis answer; starting the servers …')

const nodes = new Map<number, ChildProcess>()
let isClosing = false

/** Starts the server at a port; gives the links into it once it is running. Where one ends, another takes its place. */
function start(port: number): Promise<{ alice: string; bob: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', demo], {
    env: {
      ...process.env,
      ...{ PORT: String(port), DATA: data, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, DRAIN_MS: String(drainMs) },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  nodes.set(port, child)
  let hasRun = false
  child.once('exit', () => {
    nodes.delete(port)
    if (!isClosing && hasRun) void start(port)
    else if (!isClosing) end()
    else if (nodes.size === 0) process.exit(0)
  })
  return new Promise((resolve) => {
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text
      const linkOf = (name: string) => new RegExp(`${name} +(http\\S+)\\s`).exec(output)?.[1]
      const [alice, bob] = [linkOf('Alice'), linkOf('Bob')]
      if (!alice || !bob) return
      hasRun = true
      child.stdout.removeAllListeners('data').resume()
      console.log(`  ${port} runs, as process ${child.pid}`)
      resolve({ alice, bob })
    })
  })
}

/** Ends all; also where one cannot even start, and has said why. */
function end(): void {
  isClosing = true
  if (nodes.size === 0) process.exit(1)
  for (const child of nodes.values()) child.kill('SIGTERM')
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)

// The first one makes Alice, Bob and their room; the others find them.
const [first = 0, ...others] = ports
const { alice } = await start(first)
const [second] = await Promise.all(others.map(start))

console.log(`
The servers are running. Open these two, in two browsers or windows, and talk:

  Alice, at ${first}   ${alice}

  Bob, at ${others[0]}     ${second?.bob}

Or sign in as anyone, with the password "demo", at any of them:
${ports.map((port) => `  http://localhost:${port}/`).join('\n')}

End one with kill, or kill -9: its people go on at another one, and it comes back by itself.
Files are kept in ${data}/. This is a demo: whoever reaches these ports can sign in as anyone.
`)
