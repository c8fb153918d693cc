import type { Uploading, Uploads } from 'express-chat/react'
import type { RefObject } from 'react'
import { explain } from '../design/explain.js'
import { fileSize } from '../design/file-size.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'
import { kindOf, rememberSize, useLocalFile } from '../messages/local-file.js'

interface UploadTrayProps extends Uploads {
  field: RefObject<HTMLTextAreaElement | null>
}

/** The files of the next message, with how far they are. */
export function UploadTray({ uploads, retry, remove, field }: UploadTrayProps) {
  if (uploads.length === 0) return null
  const take = (id: number, item: Element | null) => {
    const next = item?.nextElementSibling ?? item?.previousElementSibling
    // The focus would fall to the body with the button that it is on.
    ;(next?.querySelector<HTMLElement>('.icon-button') ?? field.current)?.focus()
    remove(id)
  }
  return (
    <ul className="uploads" aria-label="Files of this message">
      {uploads.map((upload) => (
        <UploadItem
          key={upload.id}
          upload={upload}
          onRetry={() => retry(upload.id)}
          onRemove={(item) => take(upload.id, item)}
        />
      ))}
    </ul>
  )
}

interface UploadItemProps {
  upload: Uploading
  onRetry(): void
  onRemove(item: Element | null): void
}

function UploadItem({ upload, onRetry, onRemove }: UploadItemProps) {
  const { file, filename, status, progress, error } = upload
  const preview = useLocalFile(kindOf(file.type) === 'picture' ? file : undefined)
  return (
    <li className={`upload ${status}`}>
      {preview ? (
        <img src={preview} alt="" onLoad={({ currentTarget }) => rememberSize(file, currentTarget)} />
      ) : (
        <span className="file-icon">
          <Icon name="file" />
        </span>
      )}
      <span className="grow">
        <span className="upload-name ellipsis" title={filename}>
          {filename}
        </span>
        {status === 'uploading' && <progress max={1} value={progress} aria-label={`Uploading ${filename}`} />}
        {status === 'done' && <small>{fileSize(file.size)}</small>}
        {status === 'failed' && (
          <small role="alert">
            {error ? explain(error) : 'It was not accepted'}{' '}
            {error?.isTransient && (
              <button type="button" className="link-button" onClick={onRetry}>
                Try again
              </button>
            )}
          </small>
        )}
      </span>
      <IconButton
        icon="close"
        label={`Remove ${filename}`}
        small
        onClick={({ currentTarget }) => onRemove(currentTarget.closest('li'))}
      />
    </li>
  )
}
