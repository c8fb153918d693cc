import type { Dialect } from './dialects/dialect.js'

/**
 * What is found is what contains the query by full case folding: ß is ss, and İ, ı and I are i, in every locale alike.
 * Upper case comes before lower case, since that is what takes letters like ß apart. A Σ that ends what was typed so far
 * may stand within a word.
 */
export function fold(value: string): string {
  const folded = value.normalize('NFC').toLowerCase().toUpperCase().toLowerCase()
  return folded.normalize('NFC').replaceAll('i\u0307', 'i').replaceAll('ς', 'σ')
}

/** Letters of living languages that fold into ASCII, replaced in the database, so that their texts can be told apart there. */
const inAscii: [letter: string, folded: string][] = [
  ['ß', 'ss'],
  ['ẞ', 'ss'],
  ['ı', 'i'],
  ['İ', 'i'],
]

/**
 * All others that fold into something that a pattern says literally: ligatures, compatibility ideographs, letters that
 * NFC takes apart. Texts with one of these are rare, and `fold` decides about each of them.
 */
export const standIns =
  '\u0149\u017f\u0307\u0374\u037e\u0387\u0958-\u095f\u09dc\u09dd\u09df\u0a33\u0a36\u0a59-\u0a5b\u0a5e\u0b5c\u0b5d' +
  '\u0f43\u0f4d\u0f52\u0f57\u0f5c\u0f69\u1e9a\u1fef\u1ffd\u2000\u2001\u212a\u2329\u232a\u2adc' +
  '\uf900-\ufaff\ufb00-\ufb4f\u{1d15e}-\u{1d1c0}\u{2f800}-\u{2fa1d}'

/**
 * A LIKE pattern that lets through at least what matches. The databases compare ASCII letters without regard to case, so
 * any other letter that has one becomes "anything", and so do accents and what may be written with them.
 */
export function patternFor(folded: string): string {
  const characters = [...folded].map((character) => {
    if (character === '%' || character === '_' || character === '!') return `!${character}`
    if (character.charCodeAt(0) < 128) return character
    const isOne = character.normalize('NFD') === character && !/\p{M}/u.test(character)
    return isOne && character.toLowerCase() === character.toUpperCase() ? character : '%'
  })
  return `%${characters.join('')}%`.replaceAll(/(?<!!)%{2,}/g, '%')
}

/** SQL with one `?`, for the pattern: whether a column may contain the query, of which `fold` is asked afterwards. */
export function mayContain({ like, isWide, mayHave }: Dialect, column: string): string {
  const plain = inAscii.reduce((text, [letter, folded]) => `replace(${text}, '${letter}', '${folded}')`, column)
  const wide = isWide(column)
  // Most texts are ASCII alone, and cost nothing more.
  return `(CASE WHEN ${wide} THEN ${plain} ELSE ${column} END ${like} OR (${wide} AND ${mayHave(column, standIns)}))`
}
