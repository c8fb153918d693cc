import { describe, expect, it } from 'vitest'
import { isId } from '../../src/client/ids.js'

describe('an id', () => {
  it('is a text that the server can take for one', () => {
    for (const id of ['a', 'a b', 'x'.repeat(191), ' a', '図', '😀']) expect(isId(id), id).toBe(true)
    for (const id of ['', 'a ', 'a\0', 'x'.repeat(192), '\ud800', undefined, null, 7, {}]) expect(isId(id)).toBe(false)
  })
})
