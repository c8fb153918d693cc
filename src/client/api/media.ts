import type { Media } from '../../contract/media.js'
import type { ChatClientError } from './errors.js'
import type { Observable } from './observable.js'

/** How a file is uploaded. */
export interface UploadOptions {
  /** Told from 0 to 1, in browsers while the bytes go, elsewhere at the end. */
  onProgress?: ((fraction: number) => void) | undefined
  /** Cancels the upload, which then rejects with `aborted`. */
  signal?: AbortSignal | undefined
  /** What the file is called; a `File` has its own name. */
  filename?: string | undefined
}

/** A file of the device, as React Native names it: what an image picker gives. */
export interface NativeFile {
  /** Where it lies on the device, as `file:///…`. */
  uri: string
  /** What it is called. */
  name?: string | undefined
  /** As `image/jpeg`. */
  type?: string | undefined
}

/** How far an upload is. */
export interface FileUploadState {
  /** Whether it is under way, done, or failed and may be tried again. */
  status: 'uploading' | 'done' | 'failed'
  /** From 0 to 1, in browsers while the bytes go, elsewhere at the end. */
  progress: number
  /** Once it is done: to be given to `send`. */
  media: Media | null
  /** Why it failed, `aborted` where it was cancelled; null where it did not. */
  error: ChatClientError | null
}

/**
 * A file on its way. A message may be sent with it at once, as one of its `files`: then the message owns it, whatever becomes
 * of whoever began it, tries again by itself what is `isTransient`, and is sent once all of its files are there.
 */
export interface FileUpload<File extends Blob | NativeFile = Blob | NativeFile> extends Observable<FileUploadState> {
  /** What is uploaded. */
  readonly file: File
  /** What it is called. */
  readonly filename: string
  /** Whether a message has taken it over. */
  readonly isTaken: boolean
  /** Begins again what has failed. */
  retry(): void
  /** Gives it up, and takes it out of its message, which goes on without it; one that says nothing else is discarded. */
  cancel(): void
}

/** Files of the chat. */
export interface MediaFiles {
  /**
   * Uploads a file, to be given to `send`. In React Native it takes `{ uri, name, type }`.
   *
   * @throws `too_large`, `unsupported_media_type`, `invalid_request` for an empty file, `rejected` by the host,
   * `insufficient_storage`, `rate_limited`, `unreachable` or `aborted`.
   */
  upload(file: Blob | NativeFile, options?: UploadOptions): Promise<Media>
  /** Begins to upload a file, and tells how far it is: to be shown, and to be sent with a message before it is done. */
  start<File extends Blob | NativeFile>(file: File, options?: Pick<UploadOptions, 'filename'>): FileUpload<File>
  /**
   * Asks the server what is known of a file: its name, type, size and URLs.
   *
   * @throws `not_found` where it is not there for me.
   */
  get(mediaId: string): Promise<Media>
  /**
   * The URL to show, of a `url`, `thumbnailUrl` or `avatarUrl` that may have been held for long: those of the chat expire
   * after 10 to 15 minutes, unless the host says otherwise (`media.urlSeconds`). It stays the same while it is good, and is asked for anew once somebody subscribes to one that
   * is not. With the origin of the chat, where that is another than the page's. The same observable for the same URL.
   */
  source(url: string): Observable<string>
  /**
   * Asks for a good URL now: for the `error` event of an `<img>`, and for a link at the moment when it is used. Tells the
   * observable of `source` as well.
   *
   * @throws `not_found` where the file is not there for me.
   */
  refresh(url: string): Promise<string>
}
