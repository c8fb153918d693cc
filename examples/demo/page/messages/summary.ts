import type { Media, Message, ReplyTo } from 'express-chat/client'
import { cardTitle } from './card.js'

/** What stands in for a message where there is one line for it. */
export function summary(message: Pick<Message, 'text' | 'media' | 'data' | 'deletedAt'>): string {
  if (message.deletedAt) return 'Message deleted'
  if (message.text) return message.text.replace(/\s+/g, ' ')
  if (message.data) return cardTitle(message.data)
  const [first] = message.media
  if (!first) return ''
  if (message.media.length > 1) return `${message.media.length} files`
  return nameOf(first)
}

const nameOf = ({ contentType, filename }: Media): string => (contentType.startsWith('image/') ? 'Photo' : filename)

/** The same of a message that is answered; without text and files it was deleted, or is a card only. */
export const quoted = ({ text, firstMedia }: ReplyTo): string =>
  text.replace(/\s+/g, ' ') || (firstMedia ? nameOf(firstMedia) : 'Card or deleted message')
