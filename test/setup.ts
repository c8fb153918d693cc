import { afterEach, vi } from 'vitest'
import './patient-waits.js'

// Run for each file, as the modules that files share are not. A test may stop the clock; nobody after it is to wonder.
afterEach(() => {
  vi.useRealTimers()
})
