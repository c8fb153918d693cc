import type { Media } from 'express-chat/client'
import { useMediaSource } from 'express-chat/react'
import { useRef, useState } from 'react'
import { IconButton } from '../design/icon-button.js'
import { playTime } from '../design/time.js'
import { useLoudness } from './use-loudness.js'
import { Wave } from './wave.js'
import './sound-player.css'

const speeds = [1, 1.5, 2]

/** A voice message, or another sound: its wave, by which it is sought as well, and how fast it is played. */
export function SoundPlayer({ media, tab }: { media: Media; tab: number }) {
  const source = useMediaSource(media.url)
  const sound = useRef<HTMLAudioElement>(null)
  const [isPlaying, setIsPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [speed, setSpeed] = useState(1)
  const [duration, setDuration] = useState((media.durationMs ?? 0) / 1000)
  const levels = useLoudness(source.src, media.byteSize)

  function toggle() {
    const { current } = sound
    if (!current) return
    if (!current.paused) return current.pause()
    for (const other of document.querySelectorAll('audio')) other.pause()
    current.playbackRate = speed
    current.play().catch(() => setIsPlaying(false))
  }
  function changeSpeed() {
    const next = speeds[(speeds.indexOf(speed) + 1) % speeds.length] ?? 1
    setSpeed(next)
    if (sound.current) sound.current.playbackRate = next
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no line.
    <div className="sound" role="group" aria-label={media.filename}>
      <audio
        ref={sound}
        preload="metadata"
        {...source}
        onPlay={() => setIsPlaying(true)}
        onPause={() => setIsPlaying(false)}
        onEnded={() => setAt(0)}
        onTimeUpdate={({ currentTarget }) => setAt(currentTarget.currentTime)}
        onLoadedMetadata={({ currentTarget }) => {
          // What a browser recorded has no length that it knows itself.
          if (media.durationMs === null && Number.isFinite(currentTarget.duration)) setDuration(currentTarget.duration)
        }}
      />
      <IconButton
        icon={isPlaying ? 'pause' : 'play'}
        label={isPlaying ? 'Pause' : 'Play'}
        tabIndex={tab}
        onClick={toggle}
      />
      <span className="sound-wave">
        <Wave levels={levels} played={duration > 0 ? at / duration : 0} />
        <input
          type="range"
          min={0}
          max={duration || 1}
          step={0.1}
          value={Math.min(at, duration || 1)}
          tabIndex={tab}
          aria-label="Position"
          aria-valuetext={`${playTime(at * 1000)} of ${playTime(duration * 1000)}`}
          onChange={({ target }) => {
            if (sound.current) sound.current.currentTime = Number(target.value)
            setAt(Number(target.value))
          }}
        />
      </span>
      <span className="sound-time">{playTime((isPlaying || at > 0 ? at : duration) * 1000)}</span>
      <button type="button" className="sound-speed" tabIndex={tab} aria-label={`Speed ${speed}×`} onClick={changeSpeed}>
        {speed}×
      </button>
    </div>
  )
}
