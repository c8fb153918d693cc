import { ChatError } from '../../contract/problems.js'

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether a disk or a store is full. The errors of libvips have no code, so their text is compared. */
export const isFull = (error: unknown): boolean =>
  fullCodes.has((error as NodeJS.ErrnoException)?.code ?? '') || /no space left on device/i.test(String(error))

/** The error for a caller whose file could not be written: a full disk is not an internal error. */
export const writeFailure = (error: unknown): unknown =>
  isFull(error) && !(error instanceof ChatError)
    ? new ChatError('insufficient_storage', 'there is no room for this file', { cause: error })
    : error
