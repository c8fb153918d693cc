import { type ChatPrismaClient, type ModelName, modelNames } from './client.js'
import type { Dialect } from './dialects/dialect.js'

/** More than there are, should a statement ever be made anew for each call. */
const mostWritten = 500

/** What SQL of ours calls the table of each model. */
const ourNames: Record<ModelName, string> = {
  chatUser: 'chat_users',
  chatRoom: 'chat_rooms',
  chatRoomUser: 'chat_room_users',
  chatMessage: 'chat_messages',
  chatUncountedMessage: 'chat_uncounted_messages',
  chatMedia: 'chat_media',
  chatMessageMedia: 'chat_message_media',
  chatMessageReaction: 'chat_message_reactions',
  chatSpentTicket: 'chat_spent_tickets',
  chatRevocation: 'chat_revocations',
  chatBan: 'chat_bans',
  chatBlock: 'chat_blocks',
  chatReport: 'chat_reports',
  chatAuditEntry: 'chat_audit_entries',
  chatSearchBlock: 'chat_search_blocks',
  chatNode: 'chat_nodes',
  chatPresence: 'chat_presences',
}

/** A model as the generated client knows it. */
interface KnownModel {
  dbName?: string | null
  schema?: string | null
  fields?: { name: string; dbName?: string | null }[]
}

// Neither of the two is documented, but every generated client has them, extended or in a transaction too. Where they say
// nothing, names stay as they are, and the trial at start compares what they mean with what Prisma means.
export const modelOf = (client: object, model: ModelName): KnownModel | undefined =>
  Reflect.get(client, '_runtimeDataModel')?.models?.[`Chat${model.slice(4)}`]

/** What a client gets to its database by; Prisma's own hosted databases go without. */
export const adapterOf = (client: object): Record<string, unknown> | undefined =>
  Reflect.get(client, '_engineConfig')?.adapter

/** The schema that Prisma's queries name where a model has none of its own; undefined where they leave that to the connection. */
function schemaOf(client: ChatPrismaClient, dialect: Dialect['name']): string | undefined {
  if (dialect === 'sqlite') return 'main'
  const adapter = adapterOf(client)
  if (dialect === 'mysql' || !adapter) return undefined
  return (adapter.options as { schema?: string } | undefined)?.schema || 'public'
}

/**
 * Our tables where Prisma's own queries find them. Prisma writes a schema before each table, and our SQL would mean
 * whatever the connection's search path has by that name: two truths, one of them perhaps of production.
 */
export class Tables {
  /** Where the models are that have no `@@schema`, as far as that can be told. */
  readonly schema: string | undefined
  /** Statements as they were given, with what became of them: there are a few dozen, each run over and over. */
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

  /** The statement with each of our tables by the name that Prisma gives it. */
  in(sql: string): string {
    const known = this.#written.get(sql)
    if (known !== undefined) return known
    const written = sql.replace(/\bchat_[a-z_]+/g, (ours) => this.#places.get(ours)?.quoted ?? ours)
    if (this.#written.size < mostWritten) this.#written.set(sql, written)
    return written
  }

  /** What a table is called in the database, without its schema. */
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
