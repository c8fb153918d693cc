import { type PointerEvent, useEffect, useRef } from 'react'

const longMs = 500
/** A finger that moves further scrolls. */
const farPx = 10

/**
 * A finger that stays where it is. Not every browser tells of it as of a right click, which opens the same: so `onPress` may be called
 * twice. Give the result to the element; `wasLong` says of the click that ends it that it is none.
 */
export function useLongPress(onPress: (element: HTMLElement) => void) {
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null)
  const wasLong = useRef(false)
  const end = () => {
    clearTimeout(press.current?.timer)
    press.current = null
  }
  useEffect(() => () => clearTimeout(press.current?.timer), [])
  return {
    wasLong: () => wasLong.current,
    handlers: {
      onPointerDown({ pointerType, clientX: x, clientY: y, currentTarget }: PointerEvent<HTMLElement>) {
        end()
        wasLong.current = false
        if (pointerType === 'mouse') return
        const timer = setTimeout(() => {
          wasLong.current = true
          onPress(currentTarget)
        }, longMs)
        press.current = { timer, x, y }
      },
      onPointerMove({ clientX, clientY }: PointerEvent<HTMLElement>) {
        const { x = clientX, y = clientY } = press.current ?? {}
        if (Math.hypot(clientX - x, clientY - y) > farPx) end()
      },
      onPointerUp: end,
      onPointerCancel: end,
      onPointerLeave: end,
    },
  }
}
