import { createContext, createElement, type ReactElement, type ReactNode, useContext, useEffect } from 'react'
import type { AnyData, ChatClient, DataOf, DataSource } from '../client/index.js'

// biome-ignore lint/suspicious/noExplicitAny: what its `data` is, whoever asks for it says
type AnyClient = ChatClient<any>

const ChatContext = createContext<AnyClient | null>(null)

/** What `ChatProvider` takes. */
export interface ChatProviderProps {
  /** Made once, outside of what renders, or in `useState`: `createChatClient({ … })`. */
  client: AnyClient
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

/**
 * The client of the provider above. Throws where there is none. With a type, as all hooks that give rooms or messages:
 * `useChatClient<typeof chat>()` knows what the chat's `data` is.
 */
export function useChatClient<Source extends DataSource = AnyData>(): ChatClient<DataOf<Source>> {
  const client = useContext(ChatContext)
  if (!client) throw new Error('express-chat: hooks need a <ChatProvider client={…}> above them')
  return client
}
