import type { Media } from '../../contract/media.js'
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

/** Files of the chat. */
export interface MediaFiles {
  /**
   * Uploads a file, to be given to `send`. In React Native it takes `{ uri, name, type }`.
   *
   * @throws `too_large`, `unsupported_media_type`, `invalid_request` for an empty file, `rejected` by the host,
   * `insufficient_storage`, `rate_limited`, `unreachable` or `aborted`.
   */
  upload(file: Blob | NativeFile, options?: UploadOptions): Promise<Media>
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
