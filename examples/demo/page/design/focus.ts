/** Whether somebody works with a mouse or keys here; elsewhere a focused field brings up a keyboard that covers half the page. */
export const hasFinePointer = (): boolean => matchMedia('(hover: hover) and (pointer: fine)').matches

/** The field of the thread that has the focus, or of the open room: what is typed belongs there unless something else has the focus. */
export function composerField(): HTMLTextAreaElement | null {
  const field = '.composer:not([hidden]) textarea'
  const ofThread = document.activeElement?.closest('.panel')?.querySelector<HTMLTextAreaElement>(field)
  return ofThread ?? document.querySelector<HTMLTextAreaElement>(field)
}

/**
 * Focuses the field of a room that has just come, unless somebody types elsewhere by now: the rest of their text would go to the
 * room. A field that has just been hidden, and one of a dialog, which is about to close, do not count. A page in a frame takes
 * no focus from the page around it.
 */
export function focusOpened(field: HTMLElement | null): void {
  const { activeElement } = document
  const isTyping = activeElement?.matches('input, textarea') && activeElement.closest('[hidden], dialog') === null
  const isBeside = parent !== window && !document.hasFocus()
  if (!isTyping && !isBeside && hasFinePointer()) field?.focus()
}

function take(element: HTMLElement | null | undefined): boolean {
  if (!element?.isConnected) return false
  element.focus({ preventScroll: true })
  return document.activeElement === element
}

/** Focuses what one goes on with when nothing that was focused before is left. */
export function focusHome(): void {
  const modal = [...document.querySelectorAll('dialog:modal')].at(-1)
  if (modal) take(modal.querySelector<HTMLElement>('input, textarea, button'))
  else if (!hasFinePointer() || !take(composerField()))
    take(document.querySelector<HTMLElement>('.message[tabindex="0"]')) ||
      take(document.querySelector<HTMLElement>('.room-row[tabindex="0"]'))
}

/**
 * Remembers what has the focus, or what opened something if nothing has. The function that it gives puts the focus back: there,
 * or, if that is gone by then, to the nearest thing around it, so that it never falls to the body.
 */
export function rememberFocus(opener: Element | null = null): () => void {
  const { activeElement, body } = document
  const path: HTMLElement[] = []
  let element = activeElement === body ? opener : activeElement
  for (; element && element !== body; element = element.parentElement) {
    if (element instanceof HTMLElement && element.tabIndex >= -1) path.push(element)
  }
  return () => {
    if (!path.some(take)) focusHome()
  }
}
