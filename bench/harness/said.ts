import type { BenchDatabase } from './databases.js'
import { analyze, timeIn } from './seed.js'

/** How often a word is in a message: once in so many. */
const every = { common: 20, rare: 100_000, chinese: 1_000 }
/** What is looked for, by what it is. */
export const lookedFor = { common: 'meeting', rare: 'zeppelin', none: 'quixotry', chinese: '会议' }

const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo za'.split(' ')
const vocabulary = 20_000
/** The first and the number of the characters that most Chinese texts are made of. */
const [firstCharacter, characters] = [0x4e00, 2_500]

/** The same numbers in each run. */
function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A word of two to four syllables, by its rank: how long a word is grows with its rank, as in a language. */
function wordOf(rank: number): string {
  let [word, rest] = ['', rank]
  do {
    word += syllables[rest % syllables.length]
    rest = Math.floor(rest / syllables.length)
  } while (rest > 0 || word.length < 4)
  return word
}

/** What people might say: words as often as their rank in a language allows, and a message in twenty in Chinese. */
function* saidBy(seed: number): Generator<string> {
  const random = numbersFrom(seed)
  // The word of rank r is about 1 / r as frequent as the first.
  const word = () => wordOf(Math.floor(vocabulary ** random()))
  const character = () => String.fromCodePoint(firstCharacter + Math.floor(characters ** random()))
  for (let n = 1; ; n += 1) {
    const isChinese = n % 20 === 0
    const length = 3 + Math.floor(random() ** 2 * 30)
    const parts = Array.from({ length }, isChinese ? character : word)
    if (n % every.chinese === 0) parts.push(lookedFor.chinese)
    else if (n % every.common === 7) parts.push(lookedFor.common)
    yield parts.join(isChinese ? '' : ' ')
  }
}

const atOnce = 1000
const secondMs = 1000

/**
 * So many messages in each of these rooms, by their first ten members in turn, a second apart. The rare word is said once in a
 * hundred thousand of them.
 */
export async function seedSaid(database: BenchDatabase, roomIds: string[], each: number): Promise<void> {
  const start = Date.now() - (each + 1) * secondMs
  let total = 0
  for (const [r, roomId] of roomIds.entries()) {
    const texts = saidBy(r + 1)
    for (let from = 1; from <= each; from += atOnce) {
      const rows = Array.from({ length: Math.min(atOnce, each - from + 1) }, (_, n) => {
        const seq = from + n
        total += 1
        const rare = total % every.rare === 1 ? ` ${lookedFor.rare}` : ''
        const at = timeIn(database, new Date(start + seq * secondMs))
        return `('${roomId}-${seq}', '${roomId}', ${seq}, 'u${seq % 10}', 'user', '${texts.next().value}${rare}', ${10 + seq}, ${10 + seq}, ${at})`
      })
      await database.run(
        `INSERT INTO chat_messages (id, room_id, seq, user_id, kind, text, created_revision, revision, created_at) VALUES ${rows}`,
      )
    }
    await database.run(
      `UPDATE chat_rooms SET revision = ${10 + each}, last_message_seq = ${each},
         last_message_at = ${timeIn(database, new Date(start + each * secondMs))} WHERE id = '${roomId}'`,
    )
  }
  for (const table of ['chat_messages', 'chat_rooms']) await analyze(database, table)
}
