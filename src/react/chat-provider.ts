import { createContext, createElement, type ReactElement, type ReactNode, useContext, useEffect } from 'react'
import type { ChatClient } from '../client/index.js'

const ChatContext = createContext<ChatClient | null>(null)

/** What `ChatProvider` takes. */
export interface ChatProviderProps {
  /** Made once, outside of what renders, or in `useState`: `createChatClient({ … })`. */
  client: ChatClient
  /**
   * Whether to be connected while this is mounted.
   *
   * @default true
   */
  connect?: boolean
  /** What is given the client. */
  children?: ReactNode
}

/** Gives a client to all hooks below, and keeps it connected while it is mounted. On a server it connects nothing. */
export function ChatProvider({ client, connect = true, children }: ChatProviderProps): ReactElement {
  useEffect(() => (connect ? client.connect() : undefined), [client, connect])
  return createElement(ChatContext.Provider, { value: client }, children)
}

/** The client of the provider above. Throws where there is none. */
export function useChatClient(): ChatClient {
  const client = useContext(ChatContext)
  if (!client) throw new Error('express-chat: hooks need a <ChatProvider client={…}> above them')
  return client
}
