import { ChatError } from '../../contract/problems.js'

const fullCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Whether a disk or a store has no room left. What libvips says of it has no code. */
export const isFull = (error: unknown): boolean =>
  fullCodes.has((error as NodeJS.ErrnoException)?.code ?? '') || /no space left on device/i.test(String(error))

/** What the caller is told where a file could not be written: a full disk is no error of ours. */
export const writeFailure = (error: unknown): unknown =>
  isFull(error) && !(error instanceof ChatError)
    ? new ChatError('insufficient_storage', 'there is no room for this file', { cause: error })
    : error
