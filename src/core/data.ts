import { data as anyData, dataBytes, type JsonObject } from '../contract/data.js'
import { invalidAt, pointerOf } from '../contract/parse.js'
import { ChatError, invalid, type ProblemPart } from '../contract/problems.js'
import type { Context } from './context.js'
import type { DataSchemas } from './data-schema.js'
import { type Check, object, refuse } from './option-checks.js'

/** Who gives `data`: the host's own code, also where it acts for a user, or a client, over HTTP or the socket. */
export type Giver = 'host' | 'client'

interface WithData {
  data?: JsonObject | null | undefined
}

const mostErrors = 20

/** Refuses `data` that is too large, and what clients give without a schema for it. */
export function checkData({ data: schemas }: Context, of: keyof DataSchemas, { data }: WithData, giver: Giver): void {
  if (data === undefined) return
  if (giver === 'client' && !schemas[of]) {
    throw invalid('/data', `the application takes no data of a ${of} from clients`)
  }
  const bytes = data === null ? 0 : Buffer.byteLength(JSON.stringify(data))
  if (bytes <= dataBytes) return
  const detail = `has ${bytes} bytes; the limit is ${dataBytes}`
  throw new ChatError('too_large', detail, { errors: [{ pointer: '/data', detail }] })
}

/**
 * What is stored of `data`. What the host gives is taken as it is; what a client gives is what the host's schema makes of
 * it, which may take its time. Taking data away needs a schema too, and nothing is asked.
 */
export async function acceptData<Given extends WithData>(
  context: Context,
  of: keyof DataSchemas,
  given: Given,
  giver: Giver,
): Promise<Given> {
  const schema = context.data[of]
  if (giver === 'host' || !schema || !given.data) return given
  const result = await schema['~standard'].validate(given.data)
  if (result.issues) throw invalidAt(result.issues.slice(0, mostErrors).map(partOf))
  const { success, data } = anyData.safeParse(result.value)
  if (!success) {
    throw new TypeError(
      `express-chat: the schema data.${of} made of what a client gave something that is no object of JSON; leave out what turns it into another type`,
    )
  }
  const accepted = { ...given, data }
  checkData(context, of, accepted, giver)
  return accepted
}

function partOf({
  message,
  path = [],
}: {
  message: string
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined
}): ProblemPart {
  const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
  return { pointer: pointerOf(['data', ...keys]), detail: message }
}

/** As it is stored. */
export const dataText = (data: object | null | undefined): string | null => (data ? JSON.stringify(data) : null)

const schema: Check = (value, name) => {
  const isSomething = typeof value === 'object' || typeof value === 'function'
  const standard: unknown = isSomething && value !== null ? Reflect.get(value, '~standard') : undefined
  const validate: unknown =
    typeof standard === 'object' && standard !== null ? Reflect.get(standard, 'validate') : undefined
  if (typeof validate === 'function') return
  refuse(name, value, 'give a schema of zod (3.24 or newer), valibot, arktype or another library of standardschema.dev')
}

export const checkDataSchemas = object<DataSchemas>(
  { message: schema, room: schema },
  { mend: 'give { message, room }, each a schema of zod, valibot or arktype, or one of the two' },
)
