import type { Uploading, Uploads } from 'express-chat/react'
import { useEffect, useState } from 'react'
import { explain } from '../design/explain.js'
import { fileSize } from '../design/file-size.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'

/** The files of the next message, with how far they are. */
export function UploadTray({ uploads, retry, remove }: Uploads) {
  if (uploads.length === 0) return null
  return (
    <ul className="uploads" aria-label="Files of this message">
      {uploads.map((upload) => (
        <UploadItem
          key={upload.id}
          upload={upload}
          onRetry={() => retry(upload.id)}
          onRemove={() => remove(upload.id)}
        />
      ))}
    </ul>
  )
}

interface UploadItemProps {
  upload: Uploading
  onRetry(): void
  onRemove(): void
}

function UploadItem({ upload, onRetry, onRemove }: UploadItemProps) {
  const { file, filename, status, progress, error } = upload
  const preview = usePreview(file)
  return (
    <li className={`upload ${status}`}>
      {preview ? (
        <img src={preview} alt="" />
      ) : (
        <span className="file-icon">
          <Icon name="file" />
        </span>
      )}
      <span className="grow">
        <span className="ellipsis" title={filename}>
          {filename}
        </span>
        {status === 'uploading' && <progress max={1} value={progress} aria-label={`Uploading ${filename}`} />}
        {status === 'done' && <small>{fileSize(file.size)}</small>}
        {status === 'failed' && (
          <small role="alert">
            {error ? explain(error) : 'It was not accepted'}{' '}
            <button type="button" className="link-button" onClick={onRetry}>
              Try again
            </button>
          </small>
        )}
      </span>
      <IconButton icon="close" label={`Take ${filename} away`} small onClick={onRemove} />
    </li>
  )
}

/** Shows a picture before it is anywhere but here. */
function usePreview(file: Blob): string | null {
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (!/^image\/(png|jpeg|gif|webp|avif)$/.test(file.type)) return undefined
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return url
}
