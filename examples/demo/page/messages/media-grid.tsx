import type { FileUpload, Media, ShownMessage } from 'express-chat/client'
import { useMediaSource } from 'express-chat/react'
import { type CSSProperties, useState } from 'react'
import { fileSize } from '../design/file-size.js'
import { Icon } from '../design/icon.js'
import { useConversation } from './conversation-actions.js'
import { kindOf, rememberSize, sizeOf, useLocalFile } from './local-file.js'
import { SaveLink } from './save-link.js'
import { SoundPlayer } from './sound-player.js'
import { UploadControl, useRefusal } from './upload-control.js'
import { Wave } from './wave.js'
import './media.css'

/** What has no size is no picture for browsers: a HEIC is saved, as other files are. */
export const isPicture = ({ contentType, width }: Media): boolean => contentType.startsWith('image/') && width !== null

/** A file that is there, or one that is on its way; it keeps its key from the one to the other. */
type Item = { key: number; tab: number } & (
  | { media: Media; upload?: undefined }
  | { media?: undefined; upload: FileUpload }
)

const isSeen = ({ media, upload }: Item): boolean => (media ? isPicture(media) : kindOf(upload.file.type) === 'picture')

const flat: readonly number[] = new Array(40).fill(0)
/** Of a picture that nobody has seen yet. */
const usualSize = { width: 320, height: 240 }

/** The file itself, where this device has it: not in React Native, whose files are no blobs. */
const localOf = (upload: FileUpload | undefined): Blob | undefined =>
  upload?.file instanceof Blob ? upload.file : undefined

/**
 * The files of a message: pictures as small ones that a click shows in full, sound and film to play, the rest to save. Those that
 * are on their way look the same, with how far they are.
 */
export function MediaGrid({ message, tab }: { message: ShownMessage; tab: number }) {
  const items = [
    ...message.media.map((media) => ({ media })),
    ...(message.files ?? []).map((upload) => ({ upload })),
  ].map((item, key): Item => ({ ...item, key, tab }))
  const pictures = items.filter(isSeen)
  return (
    <>
      {pictures.length > 0 && (
        <div className={`pictures ${pictures.length > 1 ? 'several' : ''}`}>
          {pictures.map((item) => (
            <Picture {...item} key={item.key} message={message} />
          ))}
        </div>
      )}
      {items.map((item) => !isSeen(item) && <FileItem {...item} key={item.key} />)}
    </>
  )
}

function Picture({ message, media, upload, tab }: Item & { message: ShownMessage }) {
  const { enlarge } = useConversation()
  const source = useMediaSource(media && (media.thumbnailUrl ?? media.url))
  // The file itself is shown until what was made of it is there.
  const [file, setFile] = useState(localOf(upload))
  const local = useLocalFile(file)
  const [seen, setSeen] = useState(sizeOf(file))
  const { width, height } = (media?.width && media.height ? media : seen) ?? usualSize
  const name = media?.filename ?? upload?.filename ?? ''
  return (
    <div className="picture" style={{ '--width': width, '--height': height } as CSSProperties}>
      <button
        type="button"
        className="picture-open"
        tabIndex={tab}
        disabled={!media}
        aria-label={`Show ${name}`}
        onClick={() => media && enlarge(message, media.id)}
      >
        {local && file && (
          <img src={local} alt="" onLoad={({ currentTarget }) => setSeen(rememberSize(file, currentTarget))} />
        )}
        {media && <img {...source} alt="" loading="lazy" onLoad={() => setFile(undefined)} />}
      </button>
      {upload && <Veil upload={upload} tab={tab} />}
    </div>
  )
}

/** Over what is not sent yet: what was refused is told apart. */
function Veil({ upload, tab }: { upload: FileUpload; tab: number }) {
  const refusal = useRefusal(upload)
  return (
    <span className={`upload-veil ${refusal === null ? '' : 'refused'}`} title={refusal ?? undefined}>
      {refusal !== null && <span className="for-screen-readers">{`${upload.filename}: ${refusal}`}</span>}
      <UploadControl upload={upload} tab={tab} />
    </span>
  )
}

function FileItem({ media, upload, tab }: Item) {
  const kind = kindOf(media?.contentType ?? upload?.file.type)
  if (kind === 'film') return <Film media={media} upload={upload} tab={tab} />
  if (upload) return <FileOnItsWay upload={upload} isSound={kind === 'sound'} tab={tab} />
  if (!media) return null
  if (kind === 'sound') return <SoundPlayer media={media} tab={tab} />
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

function FileOnItsWay({ upload, isSound, tab }: { upload: FileUpload; isSound: boolean; tab: number }) {
  const refusal = useRefusal(upload)
  const local = localOf(upload)
  const { filename } = upload
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no line.
    <div className={`${isSound ? 'sound' : 'file'} on-its-way`} role="group" aria-label={filename}>
      <UploadControl upload={upload} tab={tab} />
      <span className="file-icon">
        <Icon name={isSound ? 'microphone' : 'file'} />
      </span>
      {isSound && refusal === null ? (
        <span className="sound-wave">
          <Wave levels={flat} played={0} />
        </span>
      ) : (
        <span className="grow">
          <span className="ellipsis">{filename}</span>
          <small className={refusal === null ? '' : 'refused'}>{refusal ?? (local ? fileSize(local.size) : '')}</small>
        </span>
      )}
    </div>
  )
}

/** Of one's own film the page has the bytes: it goes on with these. */
function Film({ media, upload, tab }: { media: Media | undefined; upload: FileUpload | undefined; tab: number }) {
  const [file] = useState(localOf(upload))
  const local = useLocalFile(file)
  const source = useMediaSource(file ? null : media?.url)
  return (
    <div className="film">
      <video controls={!upload} preload="metadata" {...(file ? { src: local } : source)} />
      {upload && <Veil upload={upload} tab={tab} />}
    </div>
  )
}
