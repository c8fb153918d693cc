import { answer } from '../harness/process.js'
import { type Audience, FanOut } from './fan-out.js'
import { Senders, type SendersOptions } from './senders.js'

/** The load generator: a process of its own, so that what it costs is not the server's. */
let load: FanOut | Senders | undefined

answer({
  async fanOut(audience: Audience) {
    load = new FanOut(audience)
    await load.open()
  },
  async senders(options: SendersOptions) {
    load = new Senders(options)
    await load.open()
  },
  run: (options) => load?.run(options),
})
