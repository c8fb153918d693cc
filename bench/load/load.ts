import { answer } from '../harness/process.js'
import { Arrivals } from './arrivals.js'
import { FanOut } from './fan-out.js'
import { Idle } from './idle.js'
import { OneUser } from './one-user.js'
import { People } from './people.js'
import { Reconnects } from './reconnects.js'
import { Requests } from './requests.js'
import { Searches } from './searches.js'
import { Senders } from './senders.js'

interface Load {
  open(): Promise<void>
  run(options: unknown): unknown
  /** Ends a run early, or what goes on after it. */
  stop?(): unknown
}

const kinds = {
  'fan-out': FanOut,
  senders: Senders,
  people: People,
  requests: Requests,
  searches: Searches,
  reconnects: Reconnects,
  idle: Idle,
  arrivals: Arrivals,
  'one-user': OneUser,
}

export type LoadKind = keyof typeof kinds
export type LoadOptions<Kind extends LoadKind> = ConstructorParameters<(typeof kinds)[Kind]>[0]

/** The load generator: a process of its own, so that what it costs is not the server's. */
let load: Load | undefined

answer({
  async open({ kind, options }: { kind: LoadKind; options: never }) {
    load = new kinds[kind](options) as Load
    await load.open()
  },
  run: (options) => load?.run(options),
  stop: () => load?.stop?.(),
})
