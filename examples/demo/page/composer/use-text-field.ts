import { type RefObject, useCallback, useLayoutEffect, useState } from 'react'

/** The text of a field that the page changes as well as the person in front of it. */
export interface TextField {
  text: string
  /** After a key: the browser has moved the caret. */
  change(text: string): void
  /** Puts a text in and the caret into it, and the focus there: all before the next key, which may come before the next frame. */
  put(text: string, caret: number): void
}

export function useTextField(field: RefObject<HTMLTextAreaElement | null>, initial: string): TextField {
  const [state, setState] = useState<{ text: string; caret: number | null }>({ text: initial, caret: null })
  useLayoutEffect(() => {
    if (state.caret === null) return
    field.current?.focus()
    field.current?.setSelectionRange(state.caret, state.caret)
  }, [field, state])
  const change = useCallback((text: string) => setState({ text, caret: null }), [])
  const put = useCallback((text: string, caret: number) => setState({ text, caret }), [])
  return { text: state.text, change, put }
}
