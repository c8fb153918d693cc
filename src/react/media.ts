import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ChatClientError, Media, UploadOptions } from '../client/index.js'
import { useChatClient } from './chat-provider.js'
import { useTopic } from './topic.js'

const nothing = { subscribe: () => () => undefined, getSnapshot: () => undefined, getInitialSnapshot: () => undefined }

/**
 * What to put into an `<img>` for a `url`, `thumbnailUrl` or `avatarUrl` of the chat, which expire:
 * `<img {...useMediaSource(user.avatarUrl)} alt="" />`. `src` is undefined where there is no URL.
 */
export function useMediaSource(url: string | null | undefined): { src: string | undefined; onError: () => void } {
  const { media } = useChatClient()
  const src = useTopic<string | undefined>(url ? media.source(url) : nothing)
  const failed = useRef<string>(undefined)
  const onError = useCallback(() => {
    // Once for each URL: what is gone stays gone.
    if (!url || !src || failed.current === src) return
    failed.current = src
    media.refresh(url).catch(() => undefined)
  }, [media, url, src])
  return useMemo(() => ({ src, onError }), [src, onError])
}

/** A file on its way, or what became of it. */
export interface Uploading {
  /** Names it in `cancel` and `remove`. */
  id: number
  file: Blob
  filename: string
  status: 'uploading' | 'done' | 'failed'
  /** From 0 to 1. */
  progress: number
  /** Once it is done: to be given to `send`. */
  media: Media | null
  error: ChatClientError | null
}

/** The files that go with the next message. */
export interface Uploads {
  uploads: readonly Uploading[]
  isUploading: boolean
  /** What is done, in the order in which it was added. */
  media: readonly Media[]
  /** Begins an upload at once. */
  add(file: Blob, options?: Pick<UploadOptions, 'filename'>): void
  /** Begins one that has failed again. */
  retry(id: number): void
  /** Cancels an upload, or takes away what became of it. */
  remove(id: number): void
  /** Takes all away: they were sent. */
  clear(): void
}

/** Uploads files for one composer; what still is under way when it unmounts is cancelled. */
export function useUpload(): Uploads {
  const { media } = useChatClient()
  const [uploads, setUploads] = useState<readonly Uploading[]>([])
  const running = useRef(new Map<number, AbortController>())
  const lastId = useRef(0)

  useEffect(() => {
    const all = running.current
    return () => {
      for (const controller of all.values()) controller.abort()
    }
  }, [])

  const actions = useMemo(() => {
    const change = (id: number, changes: Partial<Uploading>) =>
      setUploads((all) => all.map((each) => (each.id === id ? { ...each, ...changes } : each)))

    const start = ({ id, file, filename }: Uploading) => {
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
      add(file: Blob, { filename = (file as { name?: string }).name ?? 'file' } = {}) {
        lastId.current += 1
        const begun: Uploading = {
          ...{ id: lastId.current, file, filename },
          ...{ status: 'uploading', progress: 0, media: null, error: null },
        }
        setUploads((all) => [...all, begun])
        start(begun)
      },
      retry(upload: Uploading) {
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
