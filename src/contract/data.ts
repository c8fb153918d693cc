import { z } from 'zod'
import { isStorable } from './fields.js'

/** Whatever JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** An object of JSON. */
export type JsonObject = { [key: string]: JsonValue }

/** What the `data` of messages and of rooms is. */
export interface DataTypes<Message extends object = object, Room extends object = object> {
  /** Of a message. */
  message: Message
  /** Of a room. */
  room: Room
}

/** What it is unless a schema says more: any object of JSON. */
export type AnyData = DataTypes<JsonObject, JsonObject>

/** Says of something what the `data` of its messages and rooms is. It holds no value: it is for types alone. */
export interface Typed<Data extends DataTypes = AnyData> {
  /** Never there. */
  readonly '~data'?: Data
}

/** What tells a client what `data` is: the type of a chat, `typeof chat`, or `{ message, room }` with one of the two or both. */
export type DataSource = Typed<DataTypes> | Partial<DataTypes>

/** What the `data` of messages and of rooms is, by the type of a chat or by itself. */
export type DataOf<Source extends DataSource> = '~data' extends keyof Source
  ? NonNullable<Source['~data']> extends infer Data extends DataTypes
    ? Data
    : AnyData
  : DataTypes<
      'message' extends keyof Source ? Extract<Source['message'], object> : JsonObject,
      'room' extends keyof Source ? Extract<Source['room'], object> : JsonObject
    >

/** So many bytes may `data` have, as JSON in UTF-8. */
export const dataBytes = 4096

/** So deep may objects and lists lie in each other. `parse` goes deeper, and so looks at all of it. */
const deepest = 10

interface Fault {
  path: PropertyKey[]
  message: string
}

const isJsonObject = (value: object): boolean =>
  Object.prototype.toString.call(value) === '[object Object]' && typeof Reflect.get(value, 'toJSON') !== 'function'

/** The first thing in a value that is no JSON, or that JSON would bring back as something else. */
function faultIn(value: unknown, path: PropertyKey[], budget: { left: number }): Fault | undefined {
  if (typeof value === 'string') {
    return isStorable(value) ? undefined : { path, message: 'must be well-formed Unicode without NUL' }
  }
  if (value === null || typeof value === 'boolean') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : { path, message: 'is no number of JSON' }
  if (typeof value !== 'object' || !(Array.isArray(value) || isJsonObject(value))) {
    return { path, message: 'is no value of JSON' }
  }
  if (path.length >= deepest) return { path, message: `lies deeper than ${deepest} objects and lists` }
  if (Object.hasOwn(value, '__proto__')) return { path: [...path, '__proto__'], message: 'is not a known key' }
  const isList = Array.isArray(value)
  for (const [key, inner] of isList ? value.entries() : Object.entries(value)) {
    // Each value takes two bytes or more: whoever gave so many is told that it is too large.
    budget.left -= 1
    if (budget.left < 0) return undefined
    // In an object, JSON leaves out what is undefined.
    if (inner === undefined && !isList) continue
    const fault = isStorable(String(key))
      ? faultIn(inner, [...path, key], budget)
      : { path, message: 'has a key that no database takes' }
    if (fault) return fault
  }
  return undefined
}

/** An object of JSON that every database can hold and give back as it was. How large it may be is checked by the rules. */
export const data = z.looseObject({}).check(({ value, issues }) => {
  const fault = faultIn(value, [], { left: dataBytes })
  if (fault) issues.push({ code: 'custom', ...fault, input: value })
}) as unknown as z.ZodType<JsonObject>
