import { useEffect, useState } from 'react'

const bars = 40
/** A longer sound is not read for its wave alone. */
const mostBytes = 2_000_000
const flat: readonly number[] = new Array(bars).fill(0)

/** How loud a sound is, from its beginning to its end; flat where that is not known. */
export function useLoudness(src: string | undefined, byteSize: number): readonly number[] {
  const [levels, setLevels] = useState(flat)
  useEffect(() => {
    if (!src || byteSize > mostBytes || new URL(src, location.href).origin !== location.origin) return undefined
    const controller = new AbortController()
    // A store of its own would have to allow the page to read.
    fetch(src, { signal: controller.signal, redirect: 'error' })
      .then((response) => response.arrayBuffer())
      .then((bytes) => new OfflineAudioContext(1, 1, 8000).decodeAudioData(bytes))
      .then((sound) => setLevels(levelsOf(sound.getChannelData(0))))
      .catch(() => undefined)
    return () => controller.abort()
  }, [src, byteSize])
  return levels
}

/** The loudest of each part, beside the loudest of all. */
function levelsOf(samples: Float32Array): number[] {
  const size = Math.max(1, Math.ceil(samples.length / bars))
  const loudest = Array.from({ length: bars }, (_, n) =>
    samples.subarray(n * size, (n + 1) * size).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
  )
  const most = Math.max(...loudest)
  return most === 0 ? loudest : loudest.map((each) => each / most)
}
