import type { Media, ShownMessage } from 'express-chat/client'
import { useMediaSource } from 'express-chat/react'
import { fileSize } from '../design/file-size.js'
import { Icon } from '../design/icon.js'
import { useConversation } from './conversation-actions.js'
import { SaveLink } from './save-link.js'
import { SoundPlayer } from './sound-player.js'
import './media.css'

/** What has no size is no picture for browsers: a HEIC is saved, as other files are. */
export const isPicture = ({ contentType, width }: Media): boolean => contentType.startsWith('image/') && width !== null

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
  if (media.contentType.startsWith('audio/')) return <SoundPlayer media={media} tab={tab} />
  if (media.contentType.startsWith('video/')) return <Film media={media} />
  return (
    <SaveLink className="file" media={media} tabIndex={tab}>
      <span className="file-icon">
        <Icon name="file" />
      </span>
      <span className="grow">
        <span className="ellipsis">{media.filename}</span>
        <small>{fileSize(media.byteSize)}</small>
      </span>
      <Icon name="download" small />
    </SaveLink>
  )
}

function Film({ media }: { media: Media }) {
  return <video className="film" controls preload="metadata" {...useMediaSource(media.url)} />
}
