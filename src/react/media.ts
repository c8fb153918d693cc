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
export declare function useUpload(): Uploads
