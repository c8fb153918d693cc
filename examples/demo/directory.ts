import type { Directory } from 'express-chat'
import type { PrismaClient } from '../prisma/generated/client.js'

/** Letters that stand for themselves, and which people without them on their keyboard write otherwise. */
const letters: Record<string, string> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  þ: 'th',
}

/** How a name is compared: without accents and case, so that `luk`, `Łuk` and `łuk` find Łukasz. */
const fold = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[łøđðħıæœßþ]/g, (letter) => letters[letter] ?? letter)

/**
 * Lets people be found and added who have an account here but have not opened the chat yet. It reads all names, because SQLite
 * compares letters of English only; with many accounts, keep the folded name in a column of its own.
 */
export const directoryOf = (prisma: PrismaClient): Directory => ({
  find: (ids) => prisma.user.findMany({ where: { id: { in: ids } } }),
  async search(query, { limit }) {
    const wanted = fold(query)
    const all = await prisma.user.findMany({ orderBy: { name: 'asc' } })
    return all.filter(({ name }) => fold(name).includes(wanted)).slice(0, limit)
  },
})
