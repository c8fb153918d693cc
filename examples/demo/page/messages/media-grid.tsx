import type { Media, ShownMessage } from 'express-chat/client'
import { useMediaSource } from 'express-chat/react'
import { fileSize } from '../design/file-size.js'
import { Icon } from '../design/icon.js'
import { useConversation } from './conversation-actions.js'
import './media.css'

export const isPicture = ({ contentType }: Media): boolean => contentType.startsWith('image/')

/** The files of a message: pictures as small ones that a click shows in full, sound and film to play, the rest to save. */
export function MediaGrid({ message, tab }: { message: ShownMessage; tab: number }) {
  const pictures = message.media.filter(isPicture)
  const files = message.media.filter((media) => !isPicture(media))
  return (
    <>
      {pictures.length > 0 && (
        <div className={`pictures ${pictures.length > 1 ? 'several' : ''}`}>
          {pictures.map((media) => (
            <Picture key={media.id} message={message} media={media} tab={tab} />
          ))}
        </div>
      )}
      {files.map((media) => (
        <FileItem key={media.id} media={media} tab={tab} />
      ))}
    </>
  )
}

function Picture({ message, media, tab }: { message: ShownMessage; media: Media; tab: number }) {
  const { enlarge } = useConversation()
  const source = useMediaSource(media.thumbnailUrl ?? media.url)
  const size = media.width && media.height ? { width: media.width, height: media.height } : {}
  return (
    <button
      type="button"
      className="picture"
      tabIndex={tab}
      aria-label={`Show ${media.filename}`}
      onClick={() => enlarge(message, media.id)}
    >
      <img {...source} {...size} alt="" loading="lazy" />
    </button>
  )
}

function FileItem({ media, tab }: { media: Media; tab: number }) {
  const source = useMediaSource(media.url)
  if (media.contentType.startsWith('video/')) return <video className="film" controls preload="metadata" {...source} />
  if (media.contentType.startsWith('audio/')) return <audio controls preload="metadata" {...source} />
  return (
    <a className="file" href={source.src} download={media.filename} tabIndex={tab}>
      <span className="file-icon">
        <Icon name="file" />
      </span>
      <span className="grow">
        <span className="ellipsis">{media.filename}</span>
        <small>{fileSize(media.byteSize)}</small>
      </span>
      <Icon name="download" small />
    </a>
  )
}
