import { inject } from 'vitest'
import { type Client, clientOf } from './api.js'
import { type Ending, type Example, freePort, runNode, temporaryFolder } from './process.js'

/** How long a test may take that starts the demo a few times, on a machine that is busy with other tests. */
export const startsMs = 90_000

/** Where a demo keeps what is said, and where it listens: the same for all its runs. */
export interface Place {
  data: string
  port: number
  remove(): Promise<void>
}

export async function newPlace(): Promise<Place> {
  const [folder, port] = await Promise.all([temporaryFolder(), freePort()])
  return { data: folder.path, port, remove: folder.remove }
}

/** A demo that runs. */
export interface Demo {
  origin: string
  /** The first room, and the links into it. */
  roomId: string
  links: { alice: string; bob: string }
  alice: Client
  bob: Client
  /** Signs somebody in. */
  signIn(username: string): Promise<{ token: string; client: Client }>
  process: Example
  end(signal?: NodeJS.Signals): Promise<Ending>
}

/** As `npm run demo` does it. */
export const runDemo = (env: Record<string, string>): Example =>
  runNode(['--import', 'tsx', 'examples/demo/server.ts'], env)

/** In one file, where this run of the tests has made one: that starts in half the time. */
const runBundle = (env: Record<string, string>): Example => {
  const bundle = inject('demo')
  return bundle ? runNode([bundle], env) : runDemo(env)
}

/** Starts the demo and waits until it prints its links. */
export async function startDemo(
  { data, port }: Place,
  env: Record<string, string> = {},
  run: (env: Record<string, string>) => Example = runBundle,
): Promise<Demo> {
  const process = run({ DATA: data, PORT: String(port), ...env })
  const origin = `http://localhost:${port}`
  const linkOf = async (name: string) => (await process.printed(new RegExp(`${name} +(http\\S+)\\s`)))[1] as string
  const links = { alice: await linkOf('Alice'), bob: await linkOf('Bob') }
  const clientAt = (link: string) => clientOf(origin, new URL(link).searchParams.get('token') ?? '')
  return {
    origin,
    roomId: new URL(links.alice).pathname.split('/')[2] as string,
    links,
    alice: clientAt(links.alice),
    bob: clientAt(links.bob),
    async signIn(username) {
      const answer = await clientOf(origin).call('POST', '/api/auth/token', { username, password: 'demo' })
      return { token: answer.body.token, client: clientOf(origin, answer.body.token) }
    },
    process,
    end: (signal) => process.end(signal),
  }
}
