import { Batcher } from '../concurrency/batcher.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import { notFound } from '../contract/problems.js'
import type { UpdateUser, User } from '../contract/users.js'
import { beingErased, erasedAmong } from '../store/erasures.js'
import { roomsAmong } from '../store/members.js'
import { SearchBudget } from '../store/search-budget.js'
import { searchUserIds } from '../store/search-names.js'
import {
  changedUsers,
  findUser,
  findUsers,
  type HostUserRow,
  looksSame,
  type PersonRow,
  saveUser,
  type UserChange,
  updateUser,
  usersById,
} from '../store/users.js'
import { takeAvatar } from './avatars.js'
import { type Context, checkLength } from './context.js'
import { givenTo, isOf } from './directory.js'
import { type HostUser, usersFrom, type Viewer } from './hooks.js'
import { rowOf, strangerRow } from './host-users.js'
import { Newest } from './newest.js'
import { isSeenBy, knownTo, seenBy } from './sight.js'

/** How many users are remembered whose row is up to date; enough for those who are active. */
const mostRemembered = 10_000

/** How many users of the directory's result are checked at most. */
const mostAsked = 200

export class Users {
  /** What was written last, so that a request needs no write. No decision depends on it. */
  readonly #saved = new Newest<string>(mostRemembered)
  /** The tenants of the users who were active last. */
  readonly #tenants = new Newest<string>(mostRemembered)
  /** Counts how often a tenant was forgotten. */
  #forgets = 0

  readonly #rows = this.#gathered(false)
  /** Reads the rows of users who connect, batched for a deploy after which all come at once. */
  readonly #arriving = this.#gathered(true)

  constructor(readonly context: Context) {}

  #gathered(isForCrowd: boolean): Batcher<PersonRow | undefined> {
    const read = (ids: string[]) => usersById(this.context.work.db, ids)
    return new Batcher<PersonRow | undefined>(read, () => undefined, isForCrowd)
  }

  /** Stores what the resolver or the directory says about a user. */
  async welcome(user: HostUser): Promise<void> {
    const { id } = user
    const row = rowOf(user)
    const said = JSON.stringify(row)
    if (this.#saved.get(id) === said) return
    // After a restart everybody comes at once, and hardly anybody has changed: unchanged users need no write.
    const forgets = this.#forgets
    const before = await this.#arriving.ask(id)
    const { tenantId = before?.tenantId ?? '' } = row
    if (before && before.tenantId !== '' && before.tenantId !== tenantId) throw ofTwoTenants(id)
    if (!holds(before, row)) {
      const { work, clock } = this.context
      if (!(await work.write((db) => saveUser(db, row, clock())))) throw ofTwoTenants(id)
      const isCurrent = forgets === this.#forgets
      // Nobody knows a new user yet, so no notice is needed.
      if (before && (before.tenantId !== tenantId || !looksSame(before, { ...before, ...row }))) {
        work.publish({ type: 'user.changed', userId: id })
      }
      // Another server may have written another name meanwhile.
      if (!isCurrent) return
    } else if (forgets !== this.#forgets) return
    this.#saved.set(id, said)
    this.#tenants.set(id, tenantId)
  }

  /** The tenant of a user: empty for none, and for unknown users. */
  async tenantOf(id: string): Promise<string> {
    const known = this.#tenants.get(id)
    if (known !== undefined) return known
    const forgets = this.#forgets
    const row = await this.#rows.ask(id)
    if (row && forgets === this.#forgets) this.#tenants.set(id, row.tenantId)
    return row?.tenantId ?? ''
  }

  /** A user as the viewer of others. */
  async viewer(userId: string): Promise<Viewer> {
    return { userId, tenantId: await this.tenantOf(userId) }
  }

  /** A user's row has changed elsewhere: what the host says next is compared with the row again. */
  forget(id: string): void {
    this.#forgets += 1
    this.#saved.delete(id)
    this.#tenants.delete(id)
  }

  /**
   * Rows of users who exist for the viewer: users of that tenant who are stored already, or whom the host's directory gives
   * to that viewer; the latter are stored. The host's own code has no viewer, and may mean any tenant.
   */
  async known(ids: string[], viewer: Viewer | null, tenantId = viewer?.tenantId): Promise<Map<string, PersonRow>> {
    const { work } = this.context
    const rows = await usersById(work.db, ids)
    const known = new Map([...rows].filter(([, row]) => isOf(tenantId, row)))
    const unknown = ids.filter((id) => !known.has(id))
    const given = (await givenTo(this.context, unknown, viewer, tenantId)).filter(({ id }) => !rows.has(id))
    const erased = await erasedAmong(
      work.db,
      given.map(({ id }) => id),
    )
    const found = given.filter(({ id }) => !erased.has(id))
    if (found.length === 0) return known
    for (const user of found) await this.welcome({ ...user, tenantId: user.tenantId || tenantId })
    const written = await findUsers(
      work.db,
      found.map(({ id }) => id),
    )
    for (const row of written) if (isOf(tenantId, row)) known.set(row.id, row)
    return known
  }

  /**
   * A user as the viewer sees them; the viewer is null for the user themselves and for the host's own code. A user from the
   * directory is shown and not stored, because they do not exist for other viewers. `lastSeenAt` of strangers is hidden.
   */
  async get(id: string, viewer: Viewer | null): Promise<User> {
    return this.#shown(id, await this.#rows.ask(id), viewer)
  }

  /** The user themselves, for `welcome`: read together for all who connect at once. */
  async welcomed(id: string): Promise<User> {
    const row = await this.#arriving.ask(id)
    // Their row was there when they were let in: everything of theirs is being erased since, as another server knows.
    if (!row) {
      this.forget(id)
      throw beingErased()
    }
    return this.#shown(id, row, null)
  }

  async #shown(id: string, row: PersonRow | undefined, viewer: Viewer | null): Promise<User> {
    const { view } = this.context
    if (row && isOf(viewer?.tenantId, row)) {
      if (viewer && !(await isSeenBy(this.context, viewer.userId, id))) throw notFound()
      return view.user(row, (await knownTo(this.context, viewer, [row])).has(id))
    }
    const [listed] = await givenTo(this.context, [id], viewer)
    // A user of another tenant does not exist, whatever the directory says. It was asked all the same, as for an unknown id.
    if (!listed || row || (viewer && !(await isSeenBy(this.context, viewer.userId, id)))) throw notFound()
    return view.user(strangerRow(listed))
  }

  async update(id: string, { description, avatarMediaId }: UpdateUser): Promise<User> {
    const { work, limits, view } = this.context
    checkLength('/description', description, limits.descriptionLength)
    return work.transaction(async (unit) => {
      const { tx, now } = unit
      if (avatarMediaId) await takeAvatar(tx, id, avatarMediaId)
      const before = await findUser(tx, id)
      if (!before) throw notFound()
      const row = await updateUser(tx, id, {
        ...(description === undefined ? {} : { description }),
        ...(avatarMediaId === undefined ? {} : { avatarMediaId }),
        changedAt: now,
      })
      if (!looksSame(before, row)) unit.publish({ type: 'user.changed', userId: id })
      return view.user(row, true)
    })
  }

  /** The users who have changed since then, the last first; for the library's own use. */
  changedSince(since: Date, limit: number): Promise<UserChange[]> {
    return changedUsers(this.context.work.db, since, limit)
  }

  /** Which of these rooms a user is in; for the library's own use. */
  roomsAmong(userId: string, roomIds: string[]): Promise<string[]> {
    return roomIds.length === 0 ? Promise.resolve([]) : roomsAmong(this.context.work.db, userId, roomIds)
  }

  /** Users who can be added: from the host's directory if it has one, else stored users of the tenant. */
  async search(
    { q = '', limit = pageSize, cursor }: PageRequest & { q?: string | undefined },
    viewer: Viewer | null,
    signal?: AbortSignal,
  ): Promise<Page<User>> {
    const tenantId = viewer?.tenantId
    const { work, directory, view, cursors, limits } = this.context
    if (directory) {
      const given = usersFrom('search', await directory.search(q, { limit, prisma: work.prisma, viewer }))
      const rows = await usersById(
        work.db,
        given.map((user) => user.id),
      )
      const found = given.filter((user) => isOf(tenantId, rows.get(user.id) ?? { tenantId: user.tenantId || tenantId }))
      const seen = await seenBy(
        this.context,
        viewer?.userId,
        found.slice(0, mostAsked).map(({ id }) => id),
      )
      const shown = found.filter(({ id }) => seen.has(id)).slice(0, limit)
      const items = shown.map((user): User => {
        const row = rows.get(user.id)
        if (!row) return view.user(strangerRow(user))
        const { name, avatarUrl } = user
        const hostAvatarUrl = avatarUrl === undefined ? row.hostAvatarUrl : avatarUrl
        return view.user({ ...row, name: name || row.name, hostAvatarUrl }, true)
      })
      return { items, nextCursor: null }
    }
    const list = JSON.stringify(['users', tenantId, q])
    const after = cursors.read<string>(list, cursor) ?? ''
    const budget = new SearchBudget(limits.searchRows, signal)
    const found = await searchUserIds(work, tenantId, q, after, limit + 1, budget)
    const page = cursors.page(list, found.ids, limit, (id) => id)
    await budget.next()
    const rows = await usersById(work.db, page.rows)
    const seen = await seenBy(this.context, viewer?.userId, page.rows)
    const shown = page.rows.flatMap((id) => (seen.has(id) && rows.get(id)) || [])
    const known = await knownTo(this.context, viewer, shown)
    const items = shown.map((row) => view.user(row, known.has(row.id)))
    return { items, nextCursor: page.nextCursor ?? cursors.goOn(list, found.stoppedAt) }
  }
}

/** Whether a row agrees with what the host says; fields that the host does not give may be anything. */
const holds = (row: PersonRow | undefined, said: HostUserRow): boolean =>
  row !== undefined && Object.entries(said).every(([key, value]) => row[key as keyof PersonRow] === value)

const ofTwoTenants = (id: string): TypeError =>
  new TypeError(
    `express-chat: the user "${id}" was of another tenant before; an id belongs to one tenant: give ids like acme:17, and tell the chat the same tenant each time`,
  )
