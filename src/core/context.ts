import { ChatError, conflict } from '../contract/problems.js'
import type { RoomRow } from '../store/rooms.js'
import type { ContactPolicy } from './contact-policy.js'
import type { DataSchemas } from './data-schema.js'
import type { EditHistory } from './edit-history.js'
import type { CanSee, Directory, Hooks } from './hooks.js'
import type { Limits } from './limits.js'
import type { ImageProcessor } from './media/process-image.js'
import type { ChatStorage } from './media/storage.js'
import type { TemporarySpace } from './media/temporary-space.js'
import type { ReactionPolicy, WhoReacts } from './reaction-policies.js'
import type { RoomPresets } from './room-presets.js'
import type { Cursors } from './signatures.js'
import type { SystemText } from './system-text.js'
import type { Telemetry } from './telemetry.js'
import type { View } from './view.js'
import type { Work } from './work.js'

/** What every use-case has at hand. */
export interface Context extends Telemetry {
  work: Work
  clock: () => Date
  limits: Limits
  presets: RoomPresets
  reactions: ReactionPolicy
  canReact: WhoReacts
  editHistory: EditHistory
  hooks: Hooks
  /** What clients may write as `data`. */
  data: DataSchemas
  /** Who may turn to whom. */
  contact: ContactPolicy
  /** The host's words for what happened, if it has some. */
  systemText: ((...asked: Parameters<SystemText>) => string | undefined) | undefined
  directory: Directory | undefined
  /** Whom somebody may see, if the host says. */
  canSee: CanSee | undefined
  /** Where the bytes of media are; without it there are none. */
  storage: ChatStorage | undefined
  mediaTypes: ReadonlySet<string>
  images: ImageProcessor
  temporary: TemporarySpace
  view: View
  cursors: Cursors
}

export function checkLength(pointer: string, value: string | undefined, limit: number): void {
  if (value === undefined || value.length <= limit) return
  const length = [...value].length
  if (length <= limit) return
  const detail = `has ${length} characters; the limit is ${limit}`
  throw new ChatError('too_large', detail, { errors: [{ pointer, detail }] })
}

export const notInPrivate = (room: RoomRow, what: string): void => {
  if (room.type === 'private') throw conflict(`a private room has exactly its two people: ${what}`)
}

/** Positions go into 32-bit columns; a larger number asks for "the last" anyway. */
export const clampInt32 = (value: number): number => Math.min(value, 2 ** 31 - 1)
