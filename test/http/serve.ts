import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Chat, type ChatOptions, createChatRouter } from 'express-chat'
import type { PrismaClient } from '../../examples/prisma/generated/client.js'
import type { OpenDatabase } from '../databases.js'
import { nameOf, secret, userOfHeader } from '../host.js'

export interface Reply {
  status: number
  headers: Headers
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests read what came, whatever its shape
  body: any
}

interface Asked {
  user?: string | null
  body?: NonNullable<RequestInit['body']>
  headers?: Record<string, string>
}

/** An app of any kind that holds a chat, on a port of its own. */
export interface Served {
  chat: Chat<PrismaClient>
  origin: string
  call(target: `${string} ${string}`, asked?: Asked): Promise<Reply>
  /** The same with a JSON body. */
  send(target: `${string} ${string}`, body: unknown, asked?: Asked): Promise<Reply>
  close(): Promise<void>
}

export async function serve(
  { prisma }: Pick<OpenDatabase, 'prisma'>,
  appOf: (chat: Chat<PrismaClient>) => RequestListener,
  options: Partial<ChatOptions<PrismaClient>> = {},
): Promise<Served> {
  const chat = createChatRouter({ resolveUser: userOfHeader, prisma, secret, logger: quiet, ...options })
  for (const id of ['alice', 'bob', 'carol']) await chat.users.save({ id, name: nameOf(id) })
  // See host.ts.
  const server = createServer({ keepAliveTimeout: 0 }, appOf(chat))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call: Served['call'] = async (target, { user = 'alice', body, headers = {} } = {}) => {
    const [method = '', path = ''] = target.split(' ')
    const response = await fetch(`${origin}${path}`, {
      method,
      headers: { ...(user === null ? {} : { 'x-user': user }), ...headers },
      ...(body === undefined ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' } : {}),
    } as RequestInit)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : text }
  }
  return {
    chat,
    origin,
    call,
    send: (target, body, asked = {}) =>
      call(target, {
        ...asked,
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...asked.headers },
      }),
    async close() {
      await chat.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const quiet = { warn: () => undefined, error: () => undefined }
