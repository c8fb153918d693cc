import type { Observable } from './observable.js'

/**
 * What I have begun to write in a room or a thread: its text. It is kept for me alone, over a reload where there is a
 * `storage`, and follows what other tabs write. Empty it once it is sent.
 */
export interface DraftText extends Observable<string> {
  /** Keeps a text: call it at every key. An empty one takes the draft away. */
  set(text: string): void
}
