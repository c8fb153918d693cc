import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sendMessage } from '../../src/contract/messages.js'
import { bodyHash, bodyHasher } from '../../src/core/body-hash.js'

/** What a message was compared by when the column came into being, and stays: hashes that are stored hold on to it. */
const asStored = (json: string): string => createHash('sha256').update(json).digest('base64url').slice(0, 22)

const whole = { text: 'Hello', mediaIds: ['f1', 'f2'], replyToId: 'm1', mentions: ['bob'] }

describe('the hash by which a message sent again is known', () => {
  it.each([
    [{ text: 'Hello' }, '["Hello",[],null,[]]'],
    [{ mediaIds: ['f1'] }, '["",["f1"],null,[]]'],
    [whole, '["Hello",["f1","f2"],"m1",["bob"]]'],
    [{ ...whole, clientId: 'a-1', lenient: true }, '["Hello",["f1","f2"],"m1",["bob"]]'],
  ])('is what stored messages have: of %j', (sent, json) => {
    expect(bodyHash(sent)).toBe(asStored(json))
  })

  it('stands in the database as these very letters', () => {
    expect(bodyHash({ text: 'Hello' })).toBe('EzxA867deA5A1IhkUXtMB0')
  })

  // By the schema: a field that a message is given some day is compared without a line here.
  it.each(Object.keys(sendMessage.shape).filter((key) => key !== 'clientId' && key !== 'lenient'))(
    'is another one with another %s',
    (key) => {
      expect(bodyHash({ ...whole, [key]: ['other'] })).not.toBe(bodyHash({ ...whole, [key]: ['another'] }))
    },
  )

  it('is the same for a message without a field that came later', () => {
    const later = bodyHasher([...Object.keys(sendMessage.shape), 'silent'])
    expect(later(whole)).toBe(bodyHash(whole))
  })

  it('is another one with a field that came later', () => {
    const later = bodyHasher([...Object.keys(sendMessage.shape), 'silent'])
    const of = (silent: boolean) => later({ ...whole, silent } as object)
    expect(of(true)).not.toBe(of(false))
    expect(of(true)).not.toBe(later(whole))
    expect(of(true)).toBe(asStored('["Hello",["f1","f2"],"m1",["bob"],["silent",true]]'))
  })
})
