import { useCallback, useEffect, useRef, useState } from 'react'

/** How often the loudness is looked at, and how many looks the wave shows. */
const lookMs = 100
const mostLevels = 48
/** A recording ends by itself then: it is attached, not lost. */
const longestMs = 10 * 60_000

const kinds = ['audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus']

interface VoiceRecording {
  /** How long it has been going on. */
  ms: number
  /** The loudness of its last seconds, from 0 to 1. */
  levels: readonly number[]
}

export interface VoiceRecorder {
  /** Null while nothing is recorded. */
  recording: VoiceRecording | null
  /** Asks for the microphone, and begins. Rejects with what the browser says. */
  start(): Promise<void>
  /** Ends it, and gives the file to `onFile`. */
  finish(): void
  /** Ends it, and forgets what was said. */
  cancel(): void
}

/** Records a voice message. The microphone is let go of as soon as it ends, and when the composer is gone. */
export function useVoiceRecorder(onFile: (file: File) => void): VoiceRecorder {
  const [recording, setRecording] = useState<VoiceRecording | null>(null)
  const running = useRef<{ stop(isKept: boolean): void } | null>(null)
  const keep = useRef(onFile)
  keep.current = onFile

  const isOpen = useRef(true)
  const isAsking = useRef(false)

  const start = useCallback(async () => {
    if (running.current || isAsking.current) return
    isAsking.current = true
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true }).finally(() => {
      isAsking.current = false
    })
    // The composer may be gone by the time that somebody has allowed it.
    if (!isOpen.current) return release(stream)
    const { recorder, levelOf } = listenTo(stream)
    const chunks: Blob[] = []
    const startedAt = performance.now()
    const look = setInterval(() => {
      const ms = performance.now() - startedAt
      setRecording((before) => ({ ms, levels: [...(before?.levels ?? []), levelOf.read()].slice(-mostLevels) }))
      if (ms >= longestMs) running.current?.stop(true)
    }, lookMs)
    let isWanted = false
    recorder.ondataavailable = ({ data }) => chunks.push(data)
    recorder.onstop = () => {
      const type = recorder.mimeType.replace(/;.*/, '')
      if (isWanted) keep.current(new File(chunks, `Voice message.${type.replace('audio/', '')}`, { type }))
    }
    running.current = {
      stop(isKept) {
        isWanted = isKept
        running.current = null
        clearInterval(look)
        levelOf.close()
        recorder.stop()
        release(stream)
        setRecording(null)
      },
    }
    setRecording({ ms: 0, levels: [] })
  }, [])

  useEffect(() => {
    isOpen.current = true
    return () => {
      isOpen.current = false
      running.current?.stop(false)
    }
  }, [])
  return {
    recording,
    start,
    finish: useCallback(() => running.current?.stop(true), []),
    cancel: useCallback(() => running.current?.stop(false), []),
  }
}

/** Begins to record. The microphone is let go of where the browser cannot. */
function listenTo(stream: MediaStream) {
  try {
    const mimeType = kinds.find((kind) => MediaRecorder.isTypeSupported(kind)) ?? ''
    const recorder = new MediaRecorder(stream, { mimeType })
    recorder.start()
    return { recorder, levelOf: meter(stream) }
  } catch (error) {
    release(stream)
    throw error
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}

/** How loud it is, from 0 to 1. */
function meter(stream: MediaStream): { read(): number; close(): void } {
  const context = new AudioContext()
  const analyser = context.createAnalyser()
  context.createMediaStreamSource(stream).connect(analyser)
  const samples = new Uint8Array(analyser.fftSize)
  return {
    read() {
      analyser.getByteTimeDomainData(samples)
      return Math.max(...samples.map((sample) => Math.abs(sample - 128))) / 128
    },
    close: () => void context.close(),
  }
}
