import { type ChatPrismaClient, type ModelName, modelNames } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** More than there are statements; a limit in case one is ever made anew for each call. */
const mostWritten = 500

/** The names of the models' tables in our SQL. */
const ourNames: Record<ModelName, string> = {
  chatUser: 'chat_users',
  chatRoom: 'chat_rooms',
  chatRoomUser: 'chat_room_users',
  chatMessage: 'chat_messages',
  chatUncountedMessage: 'chat_uncounted_messages',
  chatPin: 'chat_pins',
  chatMessageEdit: 'chat_message_edits',
  chatMention: 'chat_mentions',
  chatThreadReply: 'chat_thread_replies',
  chatThreadFollower: 'chat_thread_followers',
  chatMedia: 'chat_media',
  chatMessageMedia: 'chat_message_media',
  chatScheduledMessage: 'chat_scheduled_messages',
  chatMessageReaction: 'chat_message_reactions',
  chatSpentTicket: 'chat_spent_tickets',
  chatRevocation: 'chat_revocations',
  chatBan: 'chat_bans',
  chatInvite: 'chat_invites',
  chatBlock: 'chat_blocks',
  chatReport: 'chat_reports',
  chatAuditEntry: 'chat_audit_entries',
  chatErasure: 'chat_erasures',
  chatSearchBlock: 'chat_search_blocks',
  chatSubscription: 'chat_subscriptions',
  chatSubscriptionPosition: 'chat_subscription_positions',
  chatNotice: 'chat_notices',
  chatNotified: 'chat_notified',
  chatNode: 'chat_nodes',
  chatPresence: 'chat_presences',
}

/** A model as the generated client knows it. */
interface KnownModel {
  dbName?: string | null
  schema?: string | null
  fields?: { name: string; dbName?: string | null }[]
}

// Neither of the two is documented, but every generated client has them, also extended or in a transaction. If they say nothing,
// names stay as they are, and the trial at start checks that they mean the same tables as Prisma's.
export const modelOf = (client: object, model: ModelName): KnownModel | undefined =>
  Reflect.get(client, '_runtimeDataModel')?.models?.[`Chat${model.slice(4)}`]

/** The adapter of a client; Prisma's own hosted databases have none. */
export const adapterOf = (client: object): Record<string, unknown> | undefined =>
  Reflect.get(client, '_engineConfig')?.adapter

/** The schema in Prisma's queries for a model without one of its own; undefined if they leave it to the connection. */
function schemaOf(client: ChatPrismaClient, dialect: Dialect['name']): string | undefined {
  if (dialect === 'sqlite') return 'main'
  const adapter = adapterOf(client)
  if (dialect === 'mysql' || !adapter) return undefined
  return (adapter.options as { schema?: string } | undefined)?.schema || 'public'
}

/**
 * Gives our tables the names that Prisma's queries use. Prisma writes a schema before each table. Without it, our SQL would use the
 * table that the connection's search path finds, which may be another one, perhaps of production.
 */
export class Tables {
  /** The schema of models without `@@schema`, if it is known. */
  readonly schema: string | undefined
  /** The rewritten statements by their original text; there are a few dozen, and each runs again and again. */
  readonly #written = new Map<string, string>()
  readonly #places: ReadonlyMap<string, { name: string; quoted: string }>

  constructor(
    client: ChatPrismaClient,
    readonly dialect: Dialect['name'],
  ) {
    this.schema = schemaOf(client, dialect)
    this.#places = new Map(
      modelNames.map((model) => {
        const known = modelOf(client, model)
        const name = known?.dbName || ourNames[model]
        return [ourNames[model], { name, quoted: this.quoted(known?.schema || this.schema, name) }]
      }),
    )
  }

  /** Returns the statement with the names that Prisma gives our tables. */
  in(sql: string): string {
    const known = this.#written.get(sql)
    if (known !== undefined) return known
    const written = sql.replace(/\bchat_[a-z_]+/g, (ours) => this.#places.get(ours)?.quoted ?? ours)
    if (this.#written.size < mostWritten) this.#written.set(sql, written)
    return written
  }

  /** The name of a table in the database, without its schema. */
  nameOf(ours: string): string {
    return this.#places.get(ours)?.name ?? ours
  }

  get names(): string[] {
    return [...this.#places.values()].map(({ name }) => name)
  }

  quoted(...names: (string | undefined)[]): string {
    const mark = this.dialect === 'mysql' ? '`' : '"'
    return names.flatMap((name) => (name ? [`${mark}${name.replaceAll(mark, mark + mark)}${mark}`] : [])).join('.')
  }
}
