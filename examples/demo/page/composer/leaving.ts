import type { FileUpload } from 'express-chat/client'
import { isRefused } from '../messages/upload-control.js'

const underWay = new Set<FileUpload>()

const ask = (event: Event): void => event.preventDefault()

/** Lets the browser ask before somebody leaves the page while files of messages are under way: their bytes would be lost with it. */
export function askBeforeLeaving(files: readonly FileUpload[]): void {
  for (const file of files) {
    const look = () => {
      const state = file.getSnapshot()
      if (state.status === 'done' || isRefused(state)) underWay.delete(file)
      else underWay.add(file)
      if (underWay.size > 0) addEventListener('beforeunload', ask)
      else removeEventListener('beforeunload', ask)
    }
    file.subscribe(look)
    look()
  }
}
