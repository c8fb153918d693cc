import type { Uploading } from 'express-chat/react'
import { plural } from '../design/plural.js'
import { isRefused } from '../messages/upload-control.js'
import { charactersLeft } from './limits.js'

/** Why a text with its files cannot be sent as it is; null if it can. What is on its way, or failed for the moment, goes along. */
export function obstacleOf(text: string, limit: number, uploads: readonly Uploading[]): string | null {
  const left = charactersLeft(text, limit) ?? 0
  if (left < 0) return `This message is ${plural(-left, 'character')} too long.`
  const failed = uploads.find(isRefused)
  if (!failed) return null
  return `“${failed.filename}” was not uploaded. Remove it to send the message without it.`
}

interface SendNoteProps {
  /** How many characters are left, where that is to be told. */
  left: number | null
  obstacle: string | null
}

/** What keeps a message from being sent, and how many characters are left once there are few. */
export function SendNote({ left, obstacle }: SendNoteProps) {
  return (
    <div className={`composer-note ${obstacle === null ? '' : 'obstacle'}`}>
      <span className="grow" role="status">
        {obstacle}
      </span>
      {left !== null && (
        <span className="counter" title="Characters left">
          {left.toLocaleString()}
          <span className="for-screen-readers"> characters left</span>
        </span>
      )}
    </div>
  )
}
