import { fold } from '../store/search.js'

const most = 50

/** Letters that fold by themselves: one with its accents, or the parts of a Korean syllable. */
const letters = /[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]+|\P{M}\p{M}*|\p{M}+/gu

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)

/**
 * Where a text contains what was folded, as places of the text as it was written: folding may have made it longer or
 * shorter. A letter of which a part was found is found.
 */
export function highlightsOf(text: string, wanted: string): [from: number, to: number][] {
  if (wanted === '') return []
  if (isAscii(text)) return placesIn(fold(text), wanted).map((from) => [from, from + wanted.length])
  let folded = ''
  /** For each character of the folded text, where its letter begins and ends. */
  const from: number[] = []
  const to: number[] = []
  for (const { 0: letter, index } of text.matchAll(letters)) {
    const part = fold(letter)
    folded += part
    for (let n = 0; n < part.length; n += 1) {
      from.push(index)
      to.push(index + letter.length)
    }
  }
  return placesIn(folded, wanted).map((place) => [from[place] ?? 0, to[place + wanted.length - 1] ?? text.length])
}

function placesIn(folded: string, wanted: string): number[] {
  const places: number[] = []
  for (
    let at = folded.indexOf(wanted);
    at >= 0 && places.length < most;
    at = folded.indexOf(wanted, at + wanted.length)
  ) {
    places.push(at)
  }
  return places
}
