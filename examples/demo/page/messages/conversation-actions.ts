import type { Message, ReplyTo, ShownMessage } from 'express-chat/client'
import { createContext, useContext } from 'react'

/** What one can do with the messages of the open room, and what they need to know to be shown. */
export interface ConversationActions {
  roomId: string
  myId: string
  nameOf(userId: string): string
  /** Of a private room nobody needs to be told who writes. */
  isPrivate: boolean
  canReply: boolean
  canEdit(message: Message): boolean
  canDelete(message: Message): boolean
  canPin: boolean
  reply(message: ShownMessage): void
  edit(message: ShownMessage): void
  remove(message: ShownMessage): void
  toggle(message: ShownMessage, reaction: string): void
  /** Pins a message, or unpins one that is pinned. */
  togglePin(message: Pick<Message, 'id' | 'pinnedAt'>): void
  jump(to: Pick<ReplyTo, 'seq' | 'threadId'>): void
  /** Opens the thread of a message; null in a thread, where there are no others. */
  openThread: ((message: Message) => void) | null
  /** Opens the menu of a message, or closes the one that is open. */
  openMenu(message: ShownMessage, anchor: HTMLElement): void
  /** A few reactions to choose from, or all of them. */
  openPicker(message: ShownMessage, anchor: HTMLElement, which: 'few' | 'all'): void
  /** Shows what a message said before it was edited. */
  openEdits(message: ShownMessage): void
  enlarge(message: ShownMessage, mediaId: string): void
  /** Sends again what has failed: a message, or what was done to one. */
  retry(failed: Pick<ShownMessage, 'clientId'>): void
  /** Puts a message that has failed into the field, to be sent as another one. */
  revise(message: ShownMessage): void
  discard(failed: Pick<ShownMessage, 'clientId'>): void
}

export const ConversationContext = createContext<ConversationActions | null>(null)

export function useConversation(): ConversationActions {
  const actions = useContext(ConversationContext)
  if (!actions) throw new Error('useConversation needs a <Conversation> above it')
  return actions
}
