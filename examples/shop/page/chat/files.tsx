import type { FileUpload, Media } from 'express-chat/client'
import { useMediaSource, useObservable } from 'express-chat/react'

/** What a message carries, and what of it is still on its way. */
export function Files({
  media,
  uploads = [],
}: {
  media: readonly Media[]
  uploads?: readonly FileUpload[] | undefined
}) {
  return (
    <>
      {media.map((each) =>
        each.thumbnailUrl ? <Photo key={each.id} media={each} /> : <File key={each.id} media={each} />,
      )}
      {uploads.map((upload, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they keep their places.
        <UnderWay key={n} upload={upload} />
      ))}
    </>
  )
}

function Photo({ media }: { media: Media }) {
  const { width, height, filename } = media
  const source = useMediaSource(media.thumbnailUrl)
  const { src: whole } = useMediaSource(media.url)
  return (
    <a href={whole} target="_blank" rel="noreferrer">
      <img className="photo" {...source} alt={filename} width={width ?? 320} height={height ?? 240} />
    </a>
  )
}

function File({ media }: { media: Media }) {
  const { src } = useMediaSource(media.url)
  return (
    <a href={src} download={media.filename}>
      {media.filename}
    </a>
  )
}

function UnderWay({ upload }: { upload: FileUpload }) {
  const { progress, error } = useObservable(upload)
  return (
    <p className="muted">
      {upload.filename} {error ? error.message : <progress value={progress} aria-label={upload.filename} />}
    </p>
  )
}
