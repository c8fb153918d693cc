import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { FileUpload, FileUploadState, Media, NativeFile, UploadOptions } from '../client/index.js'
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
export interface Uploading<File extends Blob | NativeFile = Blob> extends FileUploadState {
  /** Names it in `retry` and `remove`. */
  id: number
  /** What is uploaded. */
  file: File
  /** What it is called. */
  filename: string
}

/** The files that go with the next message. */
export interface Uploads<File extends Blob | NativeFile = Blob> {
  /** All of them, in the order in which they were added. */
  uploads: readonly Uploading<File>[]
  /** At least one is under way. */
  isUploading: boolean
  /** All of them, likewise: for `send({ files })`, which need not wait until they are done. */
  files: readonly FileUpload<File>[]
  /** What is done, in the order in which it was added. */
  media: readonly Media[]
  /** Begins an upload at once. */
  add(file: File, options?: Pick<UploadOptions, 'filename'>): void
  /** Begins one that has failed again. */
  retry(id: number): void
  /** Cancels an upload, or takes away what became of it. */
  remove(id: number): void
  /** Takes all away: they were sent. Those that a message has as its `files` go on; others are cancelled. */
  clear(): void
}

/**
 * Uploads files for one composer; what still is under way when it unmounts is cancelled, unless a message has it. In React
 * Native `useUpload<NativeFile>()` takes what an image picker gives.
 */
export function useUpload<File extends Blob | NativeFile = Blob>(): Uploads<File> {
  const { media } = useChatClient()
  const [all, setAll] = useState<readonly [id: number, upload: FileUpload<File>][]>([])
  const known = useRef(new Map<number, FileUpload<File>>())
  const ends = useRef(new Map<number, () => void>())
  const lastId = useRef(0)

  const actions = useMemo(() => {
    const { current } = known
    const show = () => setAll([...current])
    const remove = (id: number) => {
      const upload = current.get(id)
      // What a message has is shown there, and nothing of it here.
      ends.current.get(id)?.()
      current.delete(id)
      if (!upload?.isTaken) upload?.cancel()
      show()
    }
    return {
      add(file: File, options?: Pick<UploadOptions, 'filename'>) {
        lastId.current += 1
        const upload = media.start(file, options)
        current.set(lastId.current, upload)
        ends.current.set(lastId.current, upload.subscribe(show))
        show()
      },
      retry: (id: number) => current.get(id)?.retry(),
      remove,
      clear: () => [...current.keys()].forEach(remove),
    }
  }, [media])

  // What one user has uploaded no other one can send.
  useEffect(() => actions.clear, [actions])

  return useMemo(() => {
    const files = all.map(([, upload]) => upload)
    const uploads = all.map(([id, { file, filename, getSnapshot }]) => ({ id, file, filename, ...getSnapshot() }))
    return {
      ...{ ...actions, uploads, files },
      isUploading: uploads.some(({ status }) => status === 'uploading'),
      media: uploads.flatMap((each) => each.media ?? []),
    }
  }, [all, actions])
}
