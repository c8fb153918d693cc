import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fold, patternFor, standIns } from '../../src/store/search.js'

/** Every character of Unicode that can be written in another way. */
const characters = Array.from({ length: 0x110000 }, (_, n) => n)
  .filter((n) => n < 0xd800 || n > 0xdfff)
  .map((n) => String.fromCodePoint(n))
  .filter((one) => [one.toUpperCase(), one.toLowerCase(), one.normalize('NFD')].some((other) => other !== one))

const isStandIn = (text: string) => new RegExp(`[${standIns}]`, 'u').test(text)
const replaced = (text: string) => text.replaceAll(/[ßẞ]/g, 'ss').replaceAll(/[ıİ]/g, 'i')

/** As databases do it: case counts for no ASCII letter. */
const asciiLower = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())

function isLike(text: string, pattern: string): boolean {
  const source = asciiLower(pattern).replaceAll(/!([%_!])|%|_|[\\^$.*+?()[\]{}|/-]/g, (all, escaped) => {
    if (escaped) return escaped
    return all === '%' ? '[^]*' : all === '_' ? '[^]' : `\\${all}`
  })
  return new RegExp(`^${source}$`, 'u').test(asciiLower(text))
}

it('a character folds as its upper case, its lower case and its parts do', () => {
  const odd = characters.filter((character) => {
    const folded = fold(character)
    const written = [folded, character.toUpperCase(), character.toLowerCase(), character.normalize('NFD')]
    return written.some((each) => fold(each) !== folded)
  })
  expect(odd).toEqual([])
})

it('the pattern for what a character folds into lets that character through', () => {
  const missed = characters.filter((character) => {
    const isFound = (q: string) => isStandIn(character) || isLike(replaced(character), patternFor(q))
    const folded = fold(character)
    return folded !== character && ![folded, ...folded].every(isFound)
  })
  expect(missed).toEqual([])
})

it('no stand-in is in Latin-1, where SQLite does not look for them', () => {
  expect(characters.filter((character) => character <= '\xff' && isStandIn(character))).toEqual([])
})

it('the pattern for a query lets every text through that contains it by folding', () => {
  const letters = fc.constantFrom(...'aAiIİısSßẞſkKﬁéÉe\u0301\u0307ΣσςΟПп学校학교豈शש%_!\\. ')
  const text = fc.array(letters, { maxLength: 12 }).map((all) => all.join(''))
  fc.assert(
    fc.property(text, fc.nat(12), fc.nat(12), (written, a, b) => {
      const q = fold(written).slice(Math.min(a, b), Math.max(a, b))
      if (!fold(written).includes(fold(q))) return
      expect(isStandIn(written) || isLike(replaced(written), patternFor(fold(q)))).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
