import { readFileSync } from 'node:fs'
import { defaultLimits, type Rate } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { durableEvent, ephemeralEvent, personalEvent } from '../../src/contract/events.js'
import { closeCodes, commands, controlFrame, hello } from '../../src/contract/frames.js'
import { problemCodes } from '../../src/contract/problems.js'
import { components } from '../../src/http/components.js'
import { routes } from '../../src/http/routes.js'
import { fieldsIn, fieldsOf, shapesAfter, withoutComments, wordsIn } from '../shapes.js'

const page = readFileSync('docs/protocol.md', 'utf8')
const named = Object.entries(components).map(([name, { schema }]): [string, z.ZodType] => [name, schema])
const objects = named.map(([, schema]) => schema)
const sorted = (fields: Iterable<string>): string[] => [...new Set(fields)].sort()

/** The rows of the table whose head begins so. */
function tableOf(head: string): string {
  const [, rows] = page.split(`\n| ${head}`)
  if (!rows) throw new Error(`there is no table ${head}`)
  return rows.split('\n\n', 1)[0] as string
}

/** The fields of what a table names, as `name` `{ … }`. */
const framesOf = (head: string): Record<string, string[]> =>
  Object.fromEntries(shapesAfter(tableOf(head), /`([\w.]+)` `/).map(([name, shape]) => [name, sorted(fieldsOf(shape))]))

/** Frames of the contract by their type, with the fields that are not common to them all. */
const framesIn = (frames: readonly z.ZodObject[], common: string[]): Record<string, string[]> =>
  Object.fromEntries(
    frames.flatMap((frame) => {
      const fields = sorted(fieldsIn(frame, objects).filter((name) => !['type', ...common].includes(name)))
      return wordsIn(frame.shape.type as z.ZodType).map((type) => [type, fields])
    }),
  )

describe('docs/protocol.md has', () => {
  const rows = tableOf('route').matchAll(/^\| `([A-Z]+ \/\S*)` \| (.*) \| .*\|$/gm)
  const cellsByRoute = new Map([...rows].map(([row, route = '', cell = '']) => [route, { row, cell }]))

  it('a row for each route, and for no other', () => {
    expect(sorted(cellsByRoute.keys())).toEqual(sorted(routes.map(({ method, path }) => `${method} ${path}`)))
  })

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'what %s takes and answers with',
    (title, { query, headers, body, response }) => {
      const { row = '', cell = '' } = cellsByRoute.get(title) ?? {}
      // Of lists in general the page says once what they take.
      const ofLists = query && 'cursor' in query.shape ? ['limit', 'cursor'] : []
      const parameters = Object.keys(query?.shape ?? {}).filter((name) => !ofLists.includes(name))
      expect(parameters.filter((name) => !new RegExp(`[?&]${name}=`).test(row))).toEqual([])
      expect(Object.keys(headers?.shape ?? {}).filter((name) => !row.includes(`\`${name}\``))).toEqual([])
      const [taken = '', answered = ''] = cell.split('→')
      const fields = shapesAfter(taken, /`/).flatMap(([, shape]) => fieldsOf(shape))
      expect(sorted(fields)).toEqual(body ? sorted(fieldsIn(body.schema, objects)) : [])
      const [answer = ''] = named.find(([, schema]) => schema === response?.schema) ?? []
      expect(answered).toContain(answer.replace(/(Or)?List$/, (_, or) => (or ? '' : ' list')))
    },
  )

  it('each object, field by field', () => {
    const [, block = ''] = /^## Objects\n\n```ts\n(.*?)^```/ms.exec(page) ?? []
    const written = shapesAfter(withoutComments(block), /^(\w+) +/).map(([name, shape]) => [
      name,
      sorted(fieldsOf(shape)),
    ])
    const isBody = (schema: z.ZodType) => routes.some(({ body }) => body?.schema === schema)
    const answered = named.filter(
      ([name, schema]) => schema instanceof z.ZodObject && !/List$|^Some/.test(name) && !isBody(schema),
    )
    const wanted = answered.map(([name, schema]) => [name, sorted(fieldsIn(schema, objects))])
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(wanted))
  })

  it('each event with its fields', () => {
    expect(framesOf('durable')).toEqual(framesIn(durableEvent.options, ['roomId', 'revision']))
    expect(framesOf('personal')).toEqual(framesIn(personalEvent.options, []))
    expect(framesOf('ephemeral')).toEqual(framesIn(ephemeralEvent.options, []))
  })

  it('each command with its fields', () => {
    const wanted = Object.entries<z.ZodType>(commands).map(([name, command]) => [
      name,
      sorted(fieldsIn(command, objects)),
    ])
    expect(framesOf('command')).toEqual(Object.fromEntries(wanted))
  })

  it('each other frame with its fields', () => {
    const written = shapesAfter(page, /[→←`] ?(?=\{ type: ')/).map(([, shape]) => {
      const [, type = ''] = /type: '(.*?)'/.exec(shape) ?? []
      return [type, sorted(fieldsOf(shape).filter((name) => name !== 'type'))]
    })
    expect(Object.fromEntries(written)).toEqual(framesIn([hello, ...controlFrame.options], []))
  })

  it('each word that a field may be', () => {
    const words = sorted(objects.flatMap(wordsIn))
    expect(words.length).toBeGreaterThan(40)
    expect(words.filter((word) => !page.includes(`\`${word}\``) && !page.includes(`'${word}'`))).toEqual([])
  })

  it('each code of a problem, and of a socket that closes', () => {
    const codes = [...tableOf('code').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code)
    expect(codes).toEqual(problemCodes)
    const closing = [...tableOf('close').matchAll(/^\| ([\d /]+) \|/gm)].flatMap(([, codes = '']) => codes.split(' / '))
    expect(closing).toEqual(Object.values(closeCodes).map(String))
  })

  it('each limit, and what it is unless given', () => {
    const said = [...tableOf('limit').matchAll(/^\| `([\w.]+)` \| (.*?) \| \S/gm)].map(([, name, value]) => [
      name,
      value,
    ])
    const { rates, ...bounds } = defaultLimits
    const count = (value: number) => value.toLocaleString('en')
    const rate = ({ points, seconds }: Rate) => `${count(points)} in ${count(seconds)} s`
    expect(Object.fromEntries(said)).toEqual({
      ...Object.fromEntries(Object.entries(bounds).map(([name, value]) => [name, count(value)])),
      ...Object.fromEntries(Object.entries(rates).map(([name, value]) => [`rates.${name}`, rate(value)])),
    })
  })
})
