import { expect, it, vi } from 'vitest'
import type { Notice } from '../../src/publish/notice.js'
import { Publisher } from '../../src/publish/publisher.js'

const notice: Notice = { type: 'user.changed', userId: 'alice' }

it('tells all who listen, in the order in which they came, before it returns', () => {
  const heard: string[] = []
  const publisher = new Publisher(() => expect.fail('nothing failed'))
  publisher.subscribe(() => heard.push('first'))
  publisher.subscribe(() => heard.push('second'))
  publisher.publish([notice])
  expect(heard).toEqual(['first', 'second'])
})

it('tells the others what one listener throws at, and whoever changed something nothing of it', () => {
  const failed = vi.fn()
  const heard: Notice[] = []
  const publisher = new Publisher(failed)
  publisher.subscribe(() => {
    throw new Error('boom')
  })
  publisher.subscribe((notices) => heard.push(...notices))
  publisher.publish([notice])
  expect(heard).toEqual([notice])
  expect(failed).toHaveBeenCalledWith(new Error('boom'))
})

it('tells nothing where nothing happened', () => {
  const listener = vi.fn()
  const publisher = new Publisher(() => undefined)
  publisher.subscribe(listener)
  publisher.publish([])
  expect(listener).not.toHaveBeenCalled()
})
