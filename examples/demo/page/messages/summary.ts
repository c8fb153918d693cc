import type { Media, Message, ReplyTo, ShownMessage } from 'express-chat/client'
import { playTime } from '../design/time.js'
import { cardTitle } from './card.js'

/** What stands in for a message where there is one line for it. */
export function summary(
  message: Pick<Message, 'text' | 'media' | 'data' | 'deletedAt'> & Pick<ShownMessage, 'files'>,
): string {
  if (message.deletedAt) return 'Message deleted'
  if (message.text) return message.text.replace(/\s+/g, ' ')
  if (message.data) return cardTitle(message.data)
  const { media, files = [] } = message
  if (media.length + files.length > 1) return `${media.length + files.length} files`
  return media[0] ? nameOf(media[0]) : (files[0]?.filename ?? '')
}

function nameOf({ contentType, filename, durationMs }: Media): string {
  if (contentType.startsWith('image/')) return 'Photo'
  if (!contentType.startsWith('audio/')) return filename
  const sound = isVoice(filename) ? 'Voice message' : filename
  return durationMs === null ? sound : `${sound}, ${playTime(durationMs)}`
}

/** As the page names what it recorded. */
const isVoice = (filename: string): boolean => /^Voice message\.\w+$/.test(filename)

/** The same of a message that is answered; without text and files it was deleted, or is a card only. */
export const quoted = ({ text, firstMedia }: ReplyTo): string =>
  text.replace(/\s+/g, ' ') || (firstMedia ? nameOf(firstMedia) : 'Card or deleted message')
