import { useSyncExternalStore } from 'react'

let open: readonly HTMLDialogElement[] = []
const listeners = new Set<() => void>()

function become(dialogs: readonly HTMLDialogElement[]): void {
  open = dialogs
  for (const listener of listeners) listener()
}

/** A dialog is over everything else until the returned function is called. */
export function enterTop(dialog: HTMLDialogElement): () => void {
  become([...open, dialog])
  return () => become(open.filter((each) => each !== dialog))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** The dialog that is over everything else, if there is one: whatever is not in it can't be clicked. */
export const useTopDialog = (): HTMLDialogElement | undefined => useSyncExternalStore(subscribe, () => open.at(-1))
