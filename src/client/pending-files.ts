import type { FileUpload, FileUploadState } from './api/media.js'
import type { Draft } from './api/messages.js'
import { delay } from './browser.js'
import type { Context } from './context.js'
import { type OwnUpload, startUpload } from './file-upload.js'
import { retryMs } from './outbox-shift.js'
import type { Pending } from './state/state.js'
import { longestWaitMs } from './waits.js'

/** Whether it is tried again without being asked. Whoever is signed out may be back in a moment. */
const mayPass = ({ error }: FileUploadState): boolean => error?.isTransient || error?.code === 'unauthenticated'

const isGivenUp = (file: FileUpload): boolean => file.getSnapshot().error?.code === 'aborted'

/**
 * A message as its files are now: without those that were cancelled; once all are there, with them as `media`. A file that was
 * refused is why it fails. Undefined: nothing is left of it.
 */
export function withFiles(message: Pending): Pending | undefined {
  const { files, ...entry } = message
  if (!files) return message
  const left = files.filter((file) => !isGivenUp(file))
  const states = left.map((file) => file.getSnapshot())
  const { error = null } = states.find((state) => state.error && !mayPass(state)) ?? {}
  const media = states.flatMap((state) => state.media ?? [])
  if (left.length + entry.media.length === 0 && !entry.text && !entry.data) return undefined
  return media.length === left.length
    ? { ...entry, error, media: [...entry.media, ...media] }
    : { ...entry, error, files: left.length < files.length ? left : files }
}

/** The uploads that messages have taken over. Those that have failed for now are tried again, after longer and longer pauses. */
export function createPendingFiles({ http, socket }: Context, sendNext: () => void) {
  const resting = new Set<FileUpload>()

  async function rest(file: FileUpload, ms: number): Promise<void> {
    resting.add(file)
    await delay(ms)
    resting.delete(file)
    sendNext()
  }

  return {
    /** Takes over the files of a draft, and tries again what had failed. `changed` is called when one of them is done, has failed, begins anew or is cancelled. */
    take: (files: Draft['files'] = [], changed: () => void): FileUpload[] =>
      files.map((given) => {
        const file = 'getSnapshot' in given ? (given as OwnUpload) : startUpload(http, given)
        let { status } = file.getSnapshot()
        let tries = 0
        file.isTaken = true
        file.subscribe(() => {
          const before = status
          const now = file.getSnapshot()
          status = now.status
          if (before === 'uploading' && status === before) return
          // Without a connection it waits for that.
          if (mayPass(now) && socket.isLive()) {
            void rest(file, now.error?.retryAfterMs ?? Math.min(retryMs * 2 ** tries, longestWaitMs))
            tries += 1
          }
          changed()
        })
        // Whoever sends it wants it tried.
        if (!isGivenUp(file)) file.retry()
        return file
      }),
    /** Tries again, on a live line, what has failed for now. */
    retry(entries: readonly Pending[]): void {
      for (const file of entries.flatMap(({ files = [], error }) => (error ? [] : files))) {
        if (mayPass(file.getSnapshot()) && !resting.has(file)) file.retry()
      }
    },
    /** The connection ended: with the next one nothing pauses. */
    lost: () => resting.clear(),
  }
}
