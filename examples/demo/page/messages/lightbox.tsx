import type { Media } from 'express-chat/client'
import { useMediaSource } from 'express-chat/react'
import { type KeyboardEvent, useState } from 'react'
import { useModal } from '../design/dialog.js'
import { Icon } from '../design/icon.js'
import { IconButton } from '../design/icon-button.js'
import './lightbox.css'
import { SaveLink } from './save-link.js'

interface LightboxProps {
  pictures: readonly Media[]
  startId: string
  onClose(): void
}

/** Pictures as large as there is room, one after the other by the arrows. */
export function Lightbox({ pictures, startId, onClose }: LightboxProps) {
  const modal = useModal(onClose)
  const [id, setId] = useState(startId)
  const at = pictures.findIndex((picture) => picture.id === id)
  const picture = pictures[at]
  const show = (next: Media | undefined) => next && setId(next.id)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft') show(pictures[at - 1])
    if (event.key === 'ArrowRight') show(pictures[at + 1])
  }
  return (
    <dialog className="lightbox" aria-label={picture?.filename ?? 'Picture'} onKeyDown={onKeyDown} {...modal}>
      {picture && <FullPicture picture={picture} onClose={() => modal.ref.current?.close()} />}
      {at > 0 && (
        <IconButton icon="back" label="Previous picture" className="previous" onClick={() => show(pictures[at - 1])} />
      )}
      {at + 1 < pictures.length && (
        <IconButton icon="next" label="Next picture" className="next" onClick={() => show(pictures[at + 1])} />
      )}
    </dialog>
  )
}

function FullPicture({ picture, onClose }: { picture: Media; onClose(): void }) {
  const source = useMediaSource(picture.url)
  const size = picture.width && picture.height ? { width: picture.width, height: picture.height } : {}
  return (
    <>
      <header>
        <span className="grow ellipsis">{picture.filename}</span>
        <SaveLink className="icon-button" media={picture} title="Save" aria-label="Save">
          <Icon name="download" />
        </SaveLink>
        <IconButton icon="close" label="Close" onClick={onClose} />
      </header>
      <button type="button" className="full-picture" aria-label="Close the picture" onClick={onClose}>
        <img key={picture.id} {...source} {...size} alt={picture.filename} />
      </button>
    </>
  )
}
