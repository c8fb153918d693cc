import type { Readable } from 'node:stream'

/** A part of a file, both ends included, counted from 0. */
export interface ByteRange {
  /** The first byte. */
  start: number
  /** The last byte, which belongs to the part. */
  end: number
}

/** What a URL that leads straight to the store must make of the file. */
export interface SignedUrlOptions {
  /** Until when the URL must be good. */
  expiresAt: Date
  /** The value of `Content-Type`. */
  contentType: string
  /** The value of `Content-Disposition`. */
  disposition: string
}

/**
 * Where the bytes of media are kept. Keys are the library's own: 1 to 100 letters, digits and hyphens, each written once
 * and never changed. `express-chat/testing` has the suite that every adapter passes.
 */
export interface ChatStorage {
  /**
   * Resolves once the bytes are durable. A stream that fails, a full disk, anything: it rejects then, and nothing is left
   * under the key. No room is told by an error whose `code` is `ENOSPC`.
   */
  put(key: string, bytes: Readable, options: { contentType: string }): Promise<void>
  /** The bytes, or the part of them; undefined where there is nothing under the key. */
  read(key: string, range?: ByteRange): Promise<Readable | undefined>
  /** How much is there; undefined where there is nothing under the key. */
  stat(key: string): Promise<{ byteSize: number } | undefined>
  /** Takes the bytes away; that there were none is as well. */
  delete(key: string): Promise<void>
  /** Everything that is kept, in any order, remains of uploads that were cut off by a crash included. */
  list(): AsyncIterable<{ key: string; modifiedAt: Date }>
  /** Rejects with what is wrong with how the store was made, and how to mend it: asked once, at start. */
  check?(): Promise<void>
  /** A URL of the store itself that needs no header. Without it the library serves the bytes. */
  signedUrl?(key: string, options: SignedUrlOptions): Promise<string>
}
