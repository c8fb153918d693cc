import type { Media, Message } from 'express-chat'
import { ChatClientError, type ChatClientOptions, type NativeFile } from 'express-chat/client'
import { vi } from 'vitest'
import type { Context } from '../../src/client/context.js'
import { startUpload } from '../../src/client/file-upload.js'
import { createOutbox } from '../../src/client/outbox.js'
import { createStore } from '../../src/client/store.js'
import { messageOf, userOf } from './state/room-model.js'

interface Said {
  type: string
  command: { roomId: string; clientId: string; text: string; [key: string]: unknown }
  resolve(message: Message): void
  reject(error: ChatClientError): void
}

interface Upload {
  file: Blob | NativeFile
  filename: string
  signal: AbortSignal
  onProgress(fraction: number): void
  resolve(media: Media): void
  reject(error: ChatClientError): void
}

export const fileOf = (name: string): File => new File(['x'], name)

export const mediaOf = (filename: string): Media => ({
  ...{ id: `id of ${filename}`, filename, contentType: 'text/plain', byteSize: 1 },
  ...{ url: `/media/${filename}`, thumbnailUrl: null, width: null, height: null, durationMs: null },
  ...{ uploadedById: 'alice', createdAt: '2026-11-26T12:00:00.000Z' },
})

/** What is done by itself, without any time that passes. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve()
}

/** Lets time pass, and all be done that takes a moment. */
export const pass = async (ms = 0): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms)
  await settle()
}

/** An outbox on a live line that says nothing by itself; its time stands still. Nobody has told yet who is here. */
export function givenOutbox(options: Partial<ChatClientOptions> = {}) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const store = createStore()
  store.set({ me: userOf('alice') })
  const said: Said[] = []
  const line = { isLive: true }
  const socket = {
    isLive: () => line.isLive,
    command: (type: string, command: Said['command']) =>
      new Promise<Message>((resolve, reject) => void said.push({ type, command, resolve, reject })),
  }
  const uploads: Upload[] = []
  const http = {
    options: { url: '/chat', storageKey: 'chat', ...options },
    upload: (file: File, given: Pick<Upload, 'filename' | 'signal' | 'onProgress'>) =>
      new Promise<Media>((resolve, reject) => {
        uploads.push({ file, ...given, resolve, reject })
        given.signal.addEventListener('abort', () => reject(new ChatClientError('aborted')))
      }),
  }
  /** The last upload of a file of this name. */
  const upload = (name: string) => uploads.findLast(({ filename }) => filename === name) as Upload
  const outbox = createOutbox({ store, http, socket } as unknown as Context)
  /** What became of what was sent, by its text. */
  const ends: Record<string, string> = {}
  const send = (text: string, roomId = 'room', draft: object = {}) =>
    outbox.send(roomId, { text, clientId: text, ...draft }).then(
      (message) => (ends[text] = message.id),
      ({ code }: ChatClientError) => (ends[text] = code),
    )
  let seq = 0
  /** Answers the `n`th thing that was said. */
  const ok = async (n: number) => {
    const { command, resolve } = said[n] as Said
    const { roomId, clientId, text } = command
    seq += 1
    resolve(messageOf(roomId, seq, { clientId, text, user: userOf('alice') }))
    await settle()
  }
  const refuse = async (n: number, code: string, details: object = {}) => {
    said[n]?.reject(new ChatClientError(code as never, details))
    await settle()
  }
  /** The connection ends, and with it what is under way; the next one is live at once. */
  const close = async (closeCode?: number, ...under: number[]) => {
    line.isLive = false
    const last = under.length > 0 ? under : [said.length - 1]
    for (const n of last) await refuse(n, 'disconnected', { closeCode })
    line.isLive = true
    outbox.flush()
    await settle()
  }
  /** Who is here becomes known, and what they left. */
  const open = async (userId = 'alice') => {
    outbox.open(userId)
    await pass()
  }
  const arrive = async (...names: string[]) => {
    for (const name of names) upload(name).resolve(mediaOf(name))
    await settle()
  }
  const fail = async (name: string, code: string, details: object = {}) => {
    upload(name).reject(new ChatClientError(code as never, details))
    await settle()
  }
  return {
    ...{ uploads, upload, arrive, fail },
    start: (name: string) => startUpload(http as never, fileOf(name)),
    ...{ store, outbox, line, said, ends, send, ok, refuse, close, open },
    texts: () => said.map(({ command }) => command.text),
    entries: () => store.state.outbox,
    entry: (text: string) => store.state.outbox.find((each) => each.clientId === text),
  }
}
