import { useEffect, useRef } from 'react'
import { IconButton } from '../design/icon-button.js'
import { useOverlays } from '../design/overlays.js'
import { playTime } from '../design/time.js'
import { Wave } from '../messages/wave.js'
import { useVoiceRecorder, type VoiceRecorder } from './use-voice-recorder.js'
import './voice-recorder.css'

function reasonOf({ name }: Error): string {
  if (name === 'NotAllowedError') {
    return 'Your browser keeps the microphone to itself. Allow it for this page to record a voice message.'
  }
  if (name === 'NotFoundError') return 'There is no microphone.'
  return 'The microphone cannot be used. Another program may be using it.'
}

interface VoiceButtonProps {
  isDisabled: boolean
  /** A recording of a room that was left is attached there. */
  isHidden: boolean
  onFile(file: File): void
}

/** Records what somebody says, to go with the next message. */
export function VoiceButton({ isDisabled, isHidden, onFile }: VoiceButtonProps) {
  const { toast } = useOverlays()
  const voice = useVoiceRecorder(onFile)
  const { finish } = voice
  useEffect(() => {
    if (isHidden) finish()
  }, [isHidden, finish])
  async function start() {
    if (!('MediaRecorder' in globalThis) || !navigator.mediaDevices)
      return toast('This browser cannot record sound here.')
    try {
      await voice.start()
    } catch (error) {
      toast(reasonOf(error as Error))
    }
  }
  return (
    <>
      <IconButton
        icon="microphone"
        label="Record a voice message"
        disabled={isDisabled || voice.recording !== null}
        onClick={start}
      />
      {voice.recording && <Recording {...voice} recording={voice.recording} />}
    </>
  )
}

/** What is being recorded: Enter attaches it, Escape gives it up. */
function Recording({
  recording,
  finish,
  cancel,
}: VoiceRecorder & { recording: NonNullable<VoiceRecorder['recording']> }) {
  const done = useRef<HTMLDivElement>(null)
  useEffect(() => done.current?.querySelector<HTMLElement>('.primary')?.focus(), [])
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is no line.
    <div
      ref={done}
      className="voice-recorder"
      role="group"
      aria-label="Recording a voice message"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        cancel()
      }}
    >
      <IconButton icon="delete" label="Discard the recording" onClick={cancel} />
      <span className="voice-time" role="timer">
        {playTime(recording.ms)}
      </span>
      <Wave levels={recording.levels} played={1} />
      <IconButton icon="check" label="Attach the recording" className="primary" onClick={finish} />
    </div>
  )
}
