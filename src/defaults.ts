import { defaultMediaTypes } from './core/media/media-types.js'
import { emoji } from './core/reaction-policies.js'
import { roomPresets } from './core/room-presets.js'

/** What the options of a chat are unless the host gives them; `defaultLimits` has those of `limits`. */
export const defaults = {
  path: '/chat',
  origins: [],
  middleware: [],
  reactions: emoji(),
  canReact: 'members',
  editHistory: 'moderators',
  permissions: roomPresets,
  contact: 'anyone',
  webhooks: [],
  pollMs: 1000,
  pollMsWithBus: 5000,
  logger: console,
  tracing: true,
  docs: true,
  clock: () => new Date(),
  types: defaultMediaTypes,
  sweepMinutes: 360,
  urlSeconds: 900,
} as const
