import type { Dialect } from './dialects/dialect.js'

/**
 * A text matches if it contains the query after full case folding: ß is ss, and İ, ı and I are i, in every locale. The text is
 * converted to upper case first, because that separates letters like ß. A Σ at the end of the query may be within a word of the text.
 */
export function fold(value: string): string {
  const folded = value.normalize('NFC').toLowerCase().toUpperCase().toLowerCase()
  return folded.normalize('NFC').replaceAll('i\u0307', 'i').replaceAll('ς', 'σ')
}

/** Letters of living languages that fold into ASCII. The database replaces them, so that it can decide about such texts. */
const inAscii: [letter: string, folded: string][] = [
  ['ß', 'ss'],
  ['ẞ', 'ss'],
  ['ı', 'i'],
  ['İ', 'i'],
]

/**
 * All other characters that fold into something literal in a pattern: ligatures, compatibility ideographs, letters that NFC
 * decomposes. Texts with one of these are rare, and `fold` decides about each of them.
 */
export const standIns =
  '\u0149\u017f\u0307\u0374\u037e\u0387\u0958-\u095f\u09dc\u09dd\u09df\u0a33\u0a36\u0a59-\u0a5b\u0a5e\u0b5c\u0b5d' +
  '\u0f43\u0f4d\u0f52\u0f57\u0f5c\u0f69\u1e9a\u1fef\u1ffd\u2000\u2001\u212a\u2329\u232a\u2adc' +
  '\uf900-\ufaff\ufb00-\ufb4f\u{1d15e}-\u{1d1c0}\u{2f800}-\u{2fa1d}'

/**
 * A LIKE pattern that accepts at least all texts that match. The databases ignore the case of ASCII letters. Any other letter with
 * a case becomes "anything", and so do accents and letters that may have one.
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

/** SQL with one `?`, for the pattern, that says whether a column may contain the query; `fold` decides afterwards. */
export function mayContain({ like, isWide, mayHave }: Dialect, column: string): string {
  const plain = inAscii.reduce((text, [letter, folded]) => `replace(${text}, '${letter}', '${folded}')`, column)
  const wide = isWide(column)
  // Most texts are pure ASCII, and need no more.
  return `(CASE WHEN ${wide} THEN ${plain} ELSE ${column} END ${like} OR (${wide} AND ${mayHave(column, standIns)}))`
}
