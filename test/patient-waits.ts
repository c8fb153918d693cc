import { vi } from 'vitest'
import { patienceMs } from './patience.js'

const { waitFor, waitUntil } = vi

type Given = number | { timeout?: number; interval?: number }

const patient = (given: Given = {}) => ({
  timeout: patienceMs,
  ...(typeof given === 'number' ? { timeout: given } : given),
})

// The configuration says how patient `expect.poll` is. For these two it cannot, and a second is too little on a busy machine.
vi.waitFor = (task, given) => waitFor(task, patient(given))
vi.waitUntil = (task, given) => waitUntil(task, patient(given))
