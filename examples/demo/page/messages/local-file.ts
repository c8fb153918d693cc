import { useLayoutEffect, useState } from 'react'

/** A file may go from one place of the page to another: nobody shows it for a moment. */
const graceMs = 1_000

interface Held {
  url: string
  holders: number
}

const held = new WeakMap<Blob, Held>()

interface Size {
  width: number
  height: number
}

const sizes = new WeakMap<Blob, Size>()

/** What browsers show of a file by themselves. */
export const kindOf = (type = ''): 'picture' | 'film' | 'sound' | 'file' => {
  if (/^image\/(png|jpeg|gif|webp|avif)$/.test(type)) return 'picture'
  if (type.startsWith('video/')) return 'film'
  return type.startsWith('audio/') ? 'sound' : 'file'
}

function hold(file: Blob): Held {
  const known = held.get(file) ?? { url: URL.createObjectURL(file), holders: 0 }
  known.holders += 1
  held.set(file, known)
  return known
}

function release(file: Blob, known: Held): void {
  known.holders -= 1
  setTimeout(() => {
    if (known.holders > 0 || held.get(file) !== known) return
    held.delete(file)
    URL.revokeObjectURL(known.url)
  }, graceMs)
}

/** The URL of a file of this device, which is the same wherever it is shown, and is given up when it is shown nowhere. */
export function useLocalFile(file: Blob | undefined): string | undefined {
  const [url, setUrl] = useState<string>()
  // Before the page is painted: it never shows the place without the picture.
  useLayoutEffect(() => {
    if (!file) return setUrl(undefined)
    const known = hold(file)
    setUrl(known.url)
    return () => release(file, known)
  }, [file])
  return file && url
}

/** How large a picture of this device is, once it was shown anywhere. */
export const sizeOf = (file: Blob | undefined): Size | undefined => (file ? sizes.get(file) : undefined)

export function rememberSize(file: Blob, { naturalWidth, naturalHeight }: HTMLImageElement): Size {
  const size = { width: naturalWidth, height: naturalHeight }
  sizes.set(file, size)
  return size
}
