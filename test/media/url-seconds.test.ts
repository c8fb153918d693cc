import { expect, it } from 'vitest'
import { View } from '../../src/core/view.js'
import { secret } from '../host.js'

it.each([120, 900, 604_800])(
  'a signed URL that is good for %i s has two thirds of that left when it is given',
  (seconds) => {
    let now = Date.parse('2026-11-26T12:00:00.000Z')
    const view = new View(secret, '/chat', () => new Date(now), seconds)
    const urls = new Set<string>()
    const times = 60
    for (let n = 0; n < times; n += 1) {
      now += Math.floor((seconds * 1000) / 30) + 1
      const url = view.mediaUrl('photo', 'content')
      urls.add(url)
      const query = new URLSearchParams(url.split('?')[1])
      const end = view.mediaUrlEnd('photo', 'content', query.get('expires') ?? '', query.get('signature') ?? '')
      const left = ((end?.getTime() ?? 0) - now) / 1000
      expect(left).toBeGreaterThanOrEqual((seconds * 2) / 3 - 1)
      expect(left).toBeLessThanOrEqual(seconds)
    }
    // A browser that has the picture keeps it for a while.
    expect(urls.size).toBeLessThan(times / 5)
  },
)
