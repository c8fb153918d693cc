import { afterAll, beforeAll, vi } from 'vitest'
import { ImageProcessor } from '../../src/core/media/process-image.js'

/** For all tests of a `describe`, sharp is not installed. Stands before the host, which looks for it at its start. */
export function withoutSharp(): void {
  const missing = Object.assign(new Error("Cannot find package 'sharp'"), { code: 'ERR_MODULE_NOT_FOUND' })
  beforeAll(() => void vi.spyOn(ImageProcessor.prototype, 'load').mockRejectedValue(missing))
  afterAll(() => void vi.restoreAllMocks())
}
