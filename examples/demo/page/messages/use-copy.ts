import { useOverlays } from '../design/overlays.js'

/** Copies a text; null where the browser cannot: the clipboard exists only on https and localhost. */
export function useCopy(): ((text: string) => void) | null {
  const { attempt, toast } = useOverlays()
  if (!('clipboard' in navigator)) return null
  return (text) =>
    void attempt(async () => {
      await navigator.clipboard.writeText(text)
      toast('Copied')
    })
}
