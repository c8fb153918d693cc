import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ChatClientError, Media, NativeFile, UploadOptions } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { unknown } from './nothing.js'
import { useObservable } from './observable.js'

/**
 * What to put into an `<img>` for a `url`, `thumbnailUrl` or `avatarUrl` of the chat, which expire:
 * `<img {...useMediaSource(user.avatarUrl)} alt="" />`. `src` is undefined where there is no URL, or one that
 * no server has (`javascript:`, `data:`, `blob:`).
 */
export function useMediaSource(url: string | null | undefined): { src: string | undefined; onError: () => void } {
  const { media } = useChatClient()
  const src = useObservable<string | undefined>(url ? media.source(url) : unknown)
  const failed = useRef<string>(undefined)
  const onError = useCallback(() => {
    // Once for each URL: what is gone stays gone.
    if (!url || !src || failed.current === src) return
    failed.current = src
    media.refresh(url).catch(() => undefined)
  }, [media, url, src])
  return useMemo(() => ({ src: src || undefined, onError }), [src, onError])
}

/** A file on its way, or what became of it. */
export interface Uploading<File extends Blob | NativeFile = Blob> {
  /** Names it in `cancel` and `remove`. */
  id: number
  /** What is uploaded. */
  file: File
  /** What it is called. */
  filename: string
  /** Whether it is under way, done, or failed and may be tried again. */
  status: 'uploading' | 'done' | 'failed'
  /** From 0 to 1. */
  progress: number
  /** Once it is done: to be given to `send`. */
  media: Media | null
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
}

/** The files that go with the next message. */
export interface Uploads<File extends Blob | NativeFile = Blob> {
  /** All of them, in the order in which they were added. */
  uploads: readonly Uploading<File>[]
  /** At least one is under way: wait with sending. */
  isUploading: boolean
  /** What is done, in the order in which it was added. */
  media: readonly Media[]
  /** Begins an upload at once. */
  add(file: File, options?: Pick<UploadOptions, 'filename'>): void
  /** Begins one that has failed again. */
  retry(id: number): void
  /** Cancels an upload, or takes away what became of it. */
  remove(id: number): void
  /** Takes all away: they were sent. */
  clear(): void
}

/**
 * Uploads files for one composer; what still is under way when it unmounts is cancelled. In React Native
 * `useUpload<NativeFile>()` takes what an image picker gives.
 */
export function useUpload<File extends Blob | NativeFile = Blob>(): Uploads<File> {
  const { media } = useChatClient()
  const [uploads, setUploads] = useState<readonly Uploading<File>[]>([])
  const running = useRef(new Map<number, AbortController>())
  const lastId = useRef(0)

  const actions = useMemo(() => {
    const change = (id: number, changes: Partial<Uploading<File>>) =>
      setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...changes } : each)))

    const start = ({ id, file, filename }: Uploading<File>) => {
      const controller = new AbortController()
      running.current.set(id, controller)
      const onProgress = (progress: number) => change(id, { progress })
      media
        .upload(file, { filename, signal: controller.signal, onProgress })
        .then(
          (done) => change(id, { status: 'done', progress: 1, media: done }),
          (error: ChatClientError) => change(id, { status: 'failed', error }),
        )
        .finally(() => running.current.get(id) === controller && running.current.delete(id))
    }

    return {
      add(file: File, { filename = (file as { name?: string }).name ?? 'file' } = {}) {
        lastId.current += 1
        const begun: Uploading<File> = {
          ...{ id: lastId.current, file, filename },
          ...{ status: 'uploading', progress: 0, media: null, error: null },
        }
        setUploads((all) => [...all, begun])
        start(begun)
      },
      retry(upload: Uploading<File>) {
        change(upload.id, { status: 'uploading', progress: 0, error: null })
        start(upload)
      },
      remove(id: number) {
        running.current.get(id)?.abort()
        setUploads((all) => all.filter((each) => each.id !== id))
      },
      clear() {
        for (const controller of running.current.values()) controller.abort()
        setUploads([])
      },
    }
  }, [media])

  // What one user has uploaded no other one can send.
  useEffect(() => actions.clear, [actions])

  return useMemo(
    () => ({
      ...actions,
      uploads,
      isUploading: uploads.some(({ status }) => status === 'uploading'),
      media: uploads.flatMap((each) => each.media ?? []),
      retry(id) {
        const failed = uploads.find((each) => each.id === id && each.status === 'failed')
        if (failed) actions.retry(failed)
      },
    }),
    [uploads, actions],
  )
}
