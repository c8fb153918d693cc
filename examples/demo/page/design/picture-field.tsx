import { useChatClient } from 'express-chat/react'
import { useRef, useState } from 'react'
import { useOverlays } from './overlays.js'

interface PictureFieldProps {
  hasPicture: boolean
  /** Takes the id of a picture that was uploaded, or null to remove the present one. */
  onChange(mediaId: string | null): Promise<unknown>
}

/** Chooses another picture, or none: of a person or a room. */
export function PictureField({ hasPicture, onChange }: PictureFieldProps) {
  const client = useChatClient()
  const { attempt } = useOverlays()
  const input = useRef<HTMLInputElement>(null)
  const [isBusy, setIsBusy] = useState(false)
  const run = async (work: () => Promise<unknown>) => {
    setIsBusy(true)
    await attempt(work)
    setIsBusy(false)
  }
  const choose = (file: File | undefined) => {
    if (input.current) input.current.value = ''
    if (file) run(async () => onChange((await client.media.upload(file)).id))
  }
  return (
    <div className="actions">
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Picture"
        accept="image/png,image/jpeg,image/gif,image/webp,image/avif"
        onChange={(event) => choose(event.target.files?.[0])}
      />
      <button type="button" className="button small" disabled={isBusy} onClick={() => input.current?.click()}>
        {isBusy ? 'Uploading…' : hasPicture ? 'Change photo' : 'Add photo'}
      </button>
      {hasPicture && (
        <button type="button" className="button small" disabled={isBusy} onClick={() => run(() => onChange(null))}>
          Remove photo
        </button>
      )}
    </div>
  )
}
