import type { List, Page } from '../contract/fields.js'
import { notFound } from '../contract/problems.js'
import type { UpdateUser, User } from '../contract/users.js'
import { Gathered } from '../store/gathered.js'
import { searchUserIds } from '../store/search.js'
import { findUser, findUsers, type HostUserRow, saveUser, type UserRow, updateUser, usersById } from '../store/users.js'
import { takeAvatar } from './avatars.js'
import { type Context, checkLength } from './context.js'
import type { HostUser } from './hooks.js'

/** Users whose row says what the host says; enough for the people who are about. */
const remembered = 10_000

export class Users {
  /** What was written last, so that a request costs no write. Not a cache of anything that decides. */
  readonly #saved = new Map<string, string>()

  /** Asked for together by all who connect at once. */
  readonly #rows = new Gathered<UserRow | undefined>(
    (ids) => usersById(this.context.work.db, ids),
    () => undefined,
  )

  constructor(readonly context: Context) {}

  /** Takes over what the resolver or the directory says of a user. */
  async welcome(user: HostUser): Promise<void> {
    const { id } = user
    const row = rowOf(user)
    const said = JSON.stringify(row)
    if (this.#saved.get(id) === said) return
    // After a restart everybody comes at once, and hardly anybody has changed: who has not costs no write.
    if (!holds(await this.#rows.ask(id), row)) {
      await this.context.work.write((db) => saveUser(db, row))
      this.context.audience.userChanged()
    }
    this.#saved.delete(id)
    this.#saved.set(id, said)
    for (const oldest of this.#saved.keys()) {
      if (this.#saved.size <= remembered) break
      this.#saved.delete(oldest)
    }
  }

  /** Rows of users who exist: known already, or to the host's directory. */
  async known(ids: string[]): Promise<Map<string, UserRow>> {
    const { work, directory } = this.context
    const rows = await usersById(work.db, ids)
    const unknown = ids.filter((id) => !rows.has(id))
    if (unknown.length === 0 || !directory) return rows
    const found = await directory.find(unknown)
    for (const user of found) if (unknown.includes(user.id)) await this.welcome(user)
    for (const row of await findUsers(work.db, unknown)) rows.set(row.id, row)
    return rows
  }

  async get(id: string): Promise<User> {
    const row = (await this.#rows.ask(id)) ?? (await this.known([id])).get(id)
    if (!row) throw notFound()
    return this.context.view.user(row)
  }

  async update(id: string, { description, avatarMediaId }: UpdateUser): Promise<User> {
    const { work, limits, view, audience } = this.context
    checkLength('/description', description, limits.descriptionLength)
    const updated = await work.run(async (tx) => {
      if (avatarMediaId) await takeAvatar(tx, id, avatarMediaId)
      if (!(await findUser(tx, id))) throw notFound()
      const row = await updateUser(tx, id, {
        ...(description === undefined ? {} : { description }),
        ...(avatarMediaId === undefined ? {} : { avatarMediaId }),
      })
      return view.user(row)
    })
    audience.userChanged()
    return updated
  }

  /** People who can be added: through the host's directory if it gave one, else those who have been here. */
  async search({ q = '', limit = 50, cursor }: Page & { q?: string | undefined }): Promise<List<User>> {
    const { work, directory, view, cursors } = this.context
    if (directory) {
      const found = (await directory.search(q, { limit })).slice(0, limit)
      const rows = await usersById(
        work.db,
        found.map((user) => user.id),
      )
      const items = found.map(({ id, name, avatarUrl }): User => {
        const row = rows.get(id)
        if (!row) return { id, name: name || id, description: '', avatarUrl: avatarUrl ?? null, lastSeenAt: null }
        const hostAvatarUrl = avatarUrl === undefined ? row.hostAvatarUrl : avatarUrl
        return view.user({ ...row, name: name || row.name, hostAvatarUrl })
      })
      return { items, nextCursor: null }
    }
    const list = `users ${q}`
    const after = cursors.read<string>(list, cursor) ?? ''
    const ids = await searchUserIds(work, q, after, limit + 1)
    const page = cursors.page(list, ids, limit, (id) => id)
    const rows = await usersById(work.db, page.rows)
    const items = page.rows.flatMap((id) => rows.get(id) ?? []).map((row) => view.user(row))
    return { items, nextCursor: page.nextCursor }
  }
}

/** Whether a row says what the host says; what the host does not say may be anything. */
const holds = (row: UserRow | undefined, said: HostUserRow): boolean =>
  row !== undefined && Object.entries(said).every(([key, value]) => row[key as keyof UserRow] === value)

/** What the host says of a user, as every database takes it. What is no text at all is a mistake of the host's. */
function rowOf({ id, name, avatarUrl }: HostUser): HostUserRow {
  for (const [what, value] of Object.entries({ name, avatarUrl })) {
    if (typeof value === 'string' || value === null || value === undefined) continue
    throw new TypeError(`express-chat: the ${what} of the user "${id}" is a ${typeof value}; give a text or null`)
  }
  return {
    id,
    ...(name ? { name: [...storable(name)].slice(0, 191).join('') } : {}),
    ...(avatarUrl === undefined ? {} : { hostAvatarUrl: avatarUrl && storable(avatarUrl) }),
  }
}

/** It is shown, not compared: what no database takes is left out rather than refused. */
const storable = (shown: string): string => shown.toWellFormed().replaceAll('\0', '')
