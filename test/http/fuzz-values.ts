import type { JsonSchema } from '../../src/http/json-schema.js'

type Schema = JsonSchema & { [key: string]: unknown }

/** Which kind of thing a name stands for, wherever it stands. */
const kinds: [pattern: RegExp, kind: string][] = [
  [/^(roomId|roomIds)$/, 'room'],
  [/^(messageId|replyToId|threadId)$/, 'message'],
  [/^(userId|userIds|mentions)$/, 'user'],
  [/^(mediaId|mediaIds|avatarMediaId)$/, 'media'],
  [/^reactionId$/, 'reaction'],
  [/^reportId$/, 'report'],
  [/^cursor$/, 'cursor'],
  [/^reaction$/, 'emoji'],
]

const kindOf = (name: string): string | undefined => kinds.find(([pattern]) => pattern.test(name))?.[1]

const oddTexts = [
  '',
  ' ',
  'a b',
  'ı',
  'naïve 图',
  '👩‍👩‍👧',
  '\u202e',
  "'; --",
  '%',
  '../..',
  '\0',
  '\ud800',
  'null',
  '-1',
]
const oddValues = [null, true, false, -1, 0.5, 1e21, '', 'x', [], {}, [null], { a: 1 }, 'x'.repeat(9_000)]

/** Things that belong together: a reaction, its message, their room, and whose it is. */
type Story = Partial<Record<'room' | 'message' | 'reaction' | 'user', string>>

/** Values that a document's schemas ask for, now and then something else; things that exist come from what was answered. */
export class Values {
  readonly #known = new Map<string, Set<string>>()
  readonly #stories: Record<'message' | 'reaction', Story[]> = { message: [], reaction: [] }
  #story: Story = {}

  constructor(
    readonly random: () => number,
    readonly schemas: Record<string, JsonSchema>,
    /** How often, of a hundred, a value is not as its schema says. */
    readonly wrongness: number,
  ) {}

  chance = (percent: number): boolean => this.random() * 100 < percent

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)] as T
  }

  /** One of all. What was never done yet comes more often: chance alone would take thousands to come by all. */
  pickUndone<T>(all: readonly T[], isUndone: (each: T) => boolean): T {
    const undone = all.filter(isUndone)
    return this.pick(undone.length > 0 && this.chance(30) ? undone : all)
  }

  know(kind: string, id: string): void {
    const known = this.#known.get(kind) ?? new Set()
    // The newest are the likeliest to exist still.
    if (known.size >= 60) known.delete([...known][0] as string)
    this.#known.set(kind, known.add(id))
  }

  /** What is made from here on is mostly about one thing that exists. Gives whose it is. */
  begin(): string | undefined {
    const stories = this.#stories[this.chance(30) ? 'reaction' : 'message']
    this.#story = stories.length > 0 ? this.pick(stories) : {}
    return this.#story.user
  }

  #remember(kind: 'message' | 'reaction', id: string, { roomId, messageId, user }: Record<string, unknown>): void {
    const { id: userId } = (user ?? {}) as { id?: string }
    const ids = { room: roomId, message: messageId, user: userId, [kind]: id }
    this.#stories[kind] = [...this.#stories[kind].slice(-40), ids as Story]
    this.know(kind, id)
  }

  /** Remembers what an answer shows. */
  learn(answer: unknown): void {
    if (Array.isArray(answer)) for (const each of answer) this.learn(each)
    if (typeof answer !== 'object' || answer === null) return
    const found = answer as Record<string, unknown>
    const { id, type, seq, contentType, messageId, nextCursor, items, events } = found
    if (typeof nextCursor === 'string') this.know('cursor', nextCursor)
    for (const some of [items, events]) if (Array.isArray(some)) for (const each of some) this.learn(each)
    if (typeof id !== 'string') return
    if (typeof contentType === 'string') this.know('media', id)
    else if (typeof messageId === 'string' && 'reason' in found) this.know('report', id)
    else if (typeof messageId === 'string') this.#remember('reaction', id, found)
    else if (typeof seq === 'number' && found.kind !== 'system') this.#remember('message', id, found)
    else if (['private', 'group', 'channel'].includes(String(type))) this.know('room', id)
  }

  /** A value of a parameter or a property of that name. */
  of(schema: JsonSchema, name = ''): unknown {
    const whole = this.#resolved(schema)
    if (this.chance(this.wrongness)) return this.pick(oddValues)
    // No other text is a time that lies ahead, and not too far.
    if (name === 'sendAt' && !this.chance(15)) return new Date(Date.now() + this.random() * 3_600_000).toISOString()
    const kind = kindOf(name)
    const told = this.#story[kind as keyof Story]
    if (told && whole.type === 'string' && this.chance(80)) return told
    const known = [...(this.#known.get(kind ?? '') ?? [])]
    if (known.length > 0 && whole.type === 'string' && !this.chance(10)) return this.pick(known)
    return this.#made(whole, name)
  }

  #resolved(schema: JsonSchema): Schema {
    const { $ref: ref } = schema
    return (ref ? this.#resolved(this.schemas[ref.slice(ref.lastIndexOf('/') + 1)] ?? {}) : schema) as Schema
  }

  #made(schema: Schema, name: string): unknown {
    const { const: only, enum: some, anyOf, oneOf, type } = schema
    if (only !== undefined) return only
    if (some) return this.pick(some)
    const either = anyOf ?? oneOf
    if (either) return this.of(this.pick(either) as JsonSchema, name)
    if (type === 'object') return this.#object(schema)
    if (type === 'array') return this.#array(schema, name)
    if (type === 'boolean') return this.chance(50)
    if (type === 'integer' || type === 'number') return this.#number(schema)
    if (type === 'null') return null
    return this.#text(schema)
  }

  #object({ properties = {}, required = [], additionalProperties, propertyNames }: Schema): object {
    // All at once are seldom right together, so often one is all that there is beside what must be: a text, as most that is said.
    const [first = ''] = Object.keys(properties)
    const few = this.chance(60) ? ['text' in properties ? 'text' : first] : undefined
    const entries = Object.entries(properties)
      .filter(([key]) => required.includes(key) || (few ? few.includes(key) : this.chance(50)))
      .map(([key, schema]) => [key, this.of(schema as JsonSchema, key)])
    if (typeof additionalProperties === 'object') {
      // A record goes by ids of rooms, wherever there is one.
      const keys = [this.of((propertyNames ?? { type: 'string' }) as JsonSchema, 'roomId')]
      entries.push(...keys.map((key) => [String(key), this.of(additionalProperties)]))
    }
    return Object.fromEntries(this.chance(this.wrongness / 2) ? [...entries, ['more', 1]] : entries)
  }

  #array({ items = {}, maxItems = 3 }: Schema, name: string): unknown[] {
    const length = Math.floor(this.random() * (Math.min(maxItems, 3) + 1))
    const item = (items as JsonSchema[])[0] ?? (items as JsonSchema)
    return [...new Set(Array.from({ length }, () => this.of(item, name)))]
  }

  #number({ minimum = 0, maximum }: Schema): number {
    const most = Math.min(maximum ?? 200, Math.max(minimum, 200))
    return this.pick([minimum, most, Math.floor(minimum + this.random() * (most - minimum))])
  }

  #text({ minLength = 0, maxLength = 100 }: Schema): string {
    if (this.chance(15)) return this.pick(oddTexts)
    const length = this.chance(5) ? maxLength : minLength + Math.floor(this.random() * 20)
    const letters = 'abcdefgh XYZé图👍'
    return Array.from({ length }, () => this.pick([...letters])).join('')
  }
}
