import type { User } from 'express-chat/client'
import { Dialog } from '../design/dialog.js'
import { useOverlays } from '../design/overlays.js'
import { fullTime } from '../design/time.js'
import { useUntil } from '../design/use-until.js'
import { userName } from '../people/user-name.js'
import './panel.css'

const minute = 60_000
const spans: [string, number][] = [
  ['For 10 minutes', 10 * minute],
  ['For an hour', 60 * minute],
  ['For a day', 24 * 60 * minute],
]

interface SilenceDialogProps {
  user: Pick<User, 'id' | 'name'>
  silencedUntil: string | null
  /** Rejects where it cannot be done. */
  onSilence(until: string | null): Promise<unknown>
  onClose(): void
}

/** For how long somebody reads and does not write. */
export function SilenceDialog({ user, silencedUntil, onSilence, onClose }: SilenceDialogProps) {
  const { attempt } = useOverlays()
  const isSilenced = useUntil(silencedUntil)
  const silence = async (until: string | null) => {
    if (await attempt(() => onSilence(until))) onClose()
  }
  return (
    <Dialog title={`Silence ${userName(user)}`} onClose={onClose}>
      <p className="hint">
        {isSilenced && silencedUntil
          ? `Silenced until ${fullTime(silencedUntil)}.`
          : 'They read on, and can’t write until it is over. Leaving and coming back doesn’t end it.'}
      </p>
      <div className="spans">
        {spans.map(([label, ms], n) => (
          <button
            key={label}
            type="button"
            className="button"
            data-first={n === 0 || undefined}
            onClick={() => void silence(new Date(Date.now() + ms).toISOString())}
          >
            {label}
          </button>
        ))}
        {isSilenced && (
          <button type="button" className="button primary" onClick={() => void silence(null)}>
            Let them write again
          </button>
        )}
      </div>
    </Dialog>
  )
}
