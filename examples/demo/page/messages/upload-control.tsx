import type { FileUpload, FileUploadState } from 'express-chat/client'
import { useObservable } from 'express-chat/react'
import type { CSSProperties } from 'react'
import { explain } from '../design/explain.js'
import { focusHome } from '../design/focus.js'
import { IconButton } from '../design/icon-button.js'
import './upload-control.css'

/** What the same file would be refused for again. */
const hopeless = ['unsupported_media_type', 'too_large', 'invalid_request', 'aborted']

/** Whether a file was refused, and not only for the moment. */
export const isRefused = ({ error }: FileUploadState): boolean =>
  error !== null && !error.isTransient && error.code !== 'unauthenticated'

/** Whether the very same file may be taken another time. */
export const mayBeTaken = ({ error }: FileUploadState): boolean => error !== null && !hopeless.includes(error.code)

/** Why a file was refused; null where it was not. */
export function useRefusal(upload: FileUpload): string | null {
  const state = useObservable(upload)
  return isRefused(state) && state.error ? explain(state.error) : null
}

/** How far a file of a message is, and a way to give it up; where it was refused, to try again, or to go on without it. */
export function UploadControl({ upload, tab }: { upload: FileUpload; tab: number }) {
  const state = useObservable(upload)
  const { filename } = upload
  const cancel = () => {
    // The button goes with the file.
    focusHome()
    upload.cancel()
  }
  if (state.status === 'done') return null
  if (isRefused(state)) {
    return (
      <span className="upload-control">
        {mayBeTaken(state) && (
          <IconButton icon="retry" label={`Try ${filename} again`} tabIndex={tab} onClick={upload.retry} />
        )}
        <IconButton icon="close" label={`Remove ${filename}`} tabIndex={tab} onClick={cancel} />
      </span>
    )
  }
  const isWaiting = state.status === 'failed'
  const percent = Math.round(state.progress * 100)
  return (
    <span className="upload-control">
      <span
        className={`upload-ring ${isWaiting ? 'waiting' : ''}`}
        role="progressbar"
        aria-label={isWaiting ? `${filename} waits for the connection` : `Uploading ${filename}`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        style={{ '--done': `${percent}%` } as CSSProperties}
      />
      <IconButton icon="close" label={`Cancel ${filename}`} tabIndex={tab} onClick={cancel} />
    </span>
  )
}
