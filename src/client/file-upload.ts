import { ChatClientError } from './api/errors.js'
import type { FileUpload, FileUploadState, NativeFile, UploadOptions } from './api/media.js'
import type { Http } from './http.js'
import { createListeners } from './store.js'

/** An upload, as the client itself knows it. */
export interface OwnUpload<File extends Blob | NativeFile = Blob | NativeFile> extends FileUpload<File> {
  isTaken: boolean
  /** What is stored of it: the bytes are not. */
  toJSON(): unknown
}

/** Begins to upload a file. */
export function startUpload<File extends Blob | NativeFile>(
  http: Http,
  file: File,
  { filename = (file as NativeFile).name ?? 'file' }: Pick<UploadOptions, 'filename'> = {},
): OwnUpload<File> {
  const { notify, listen } = createListeners()
  let state: FileUploadState
  let controller: AbortController
  const getSnapshot = () => state

  function set(changes: Partial<FileUploadState>): void {
    state = { ...state, ...changes }
    notify()
  }

  function start(): void {
    const own = new AbortController()
    const { signal } = own
    controller = own
    /** One that was cancelled, and may have begun anew, is not changed by what comes late. */
    const unless = (changes: Partial<FileUploadState>) => {
      if (!signal.aborted) set(changes)
    }
    set({ status: 'uploading', progress: 0, media: null, error: null })
    http
      .upload<FileUploadState['media']>(file, { filename, signal, onProgress: (progress) => unless({ progress }) })
      .then(
        (media) => unless({ status: 'done', media }),
        (error: ChatClientError) => unless({ status: 'failed', error }),
      )
  }
  start()

  return {
    ...{ file, filename, isTaken: false, getSnapshot, getInitialSnapshot: getSnapshot, subscribe: listen },
    retry: () => state.status === 'failed' && start(),
    cancel() {
      controller.abort()
      set({ status: 'failed', media: null, error: new ChatClientError('aborted') })
    },
    toJSON: () => state.media,
  }
}
