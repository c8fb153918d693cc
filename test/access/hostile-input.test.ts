import { defaultLimits } from 'express-chat'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Route } from '../../src/http/route.js'
import { routes } from '../../src/http/routes.js'
import { newId } from '../../src/store/ids.js'
import { databases } from '../databases.js'
import { type Answered, type Change, idsOf, overHttp } from './ask.js'
import { askers, type Target } from './askers.js'
import { Inquiry, statusesFor } from './hostile.js'
import { fieldsOf, isReference, withField } from './hostile-fields.js'
import { inPath, inQuery, oddFor, oddTexts, oddToDatabases, wrong, wrongBodies } from './hostile-values.js'
import { isGranted, type Row, routeRows, statusesOf } from './table.js'
import { World } from './world.js'

/** What the owner of a group is granted, out of the table. */
function grantedRow({ method, path }: Route): Row {
  const granted = routeRows.filter((row) => {
    const [, statuses] = statusesOf(row).find(([kind]) => kind === 'group' || kind === 'anywhere') ?? []
    return row.on === `${method} ${path}` && isGranted(statuses?.[askers.indexOf('owner')])
  })
  const row = granted.find(({ whose }) => whose !== 'own') ?? granted[0]
  if (!row) throw new Error(`the table has no row for ${method} ${path} in which the owner succeeds`)
  return row
}

/** A request that would be granted, in which one thing after the other is made hostile. */
class Sound {
  readonly row: Row
  readonly target: Target

  constructor(
    readonly world: World,
    route: Route,
  ) {
    this.row = grantedRow(route)
    this.target = world.target('group', 'owner', this.row.whose ?? 'others')
  }

  send({ target, ...change }: Change & { target?: Partial<Target> } = {}): Promise<Answered> {
    return overHttp(this.world, 'owner', this.row, { ...this.target, ...target }, change)
  }

  /** With one parameter, as it stands in a URL, put among the others. */
  sendQuery(parameter: string) {
    const [name = ''] = parameter.split(/[=[]/)
    const others = (this.row.query ?? '').slice(1).split('&')
    // Only a search has a cursor.
    const search = name === 'cursor' && this.row.on.endsWith('/messages') ? ['q=here'] : []
    const kept = others.filter((pair) => pair && !pair.startsWith(`${name}=`))
    return this.send({ query: `?${[...kept, ...search, parameter].join('&')}` })
  }

  /** With one field of the body given as JSON text. */
  sendField(name: string, text: string) {
    return this.send({ body: withField(this.row.body ?? {}, name, text) })
  }
}

const named = (some: readonly Route[]) => some.map((route) => [`${route.method} ${route.path}`, route] as const)

const withIds = named(routes.filter((route) => route.path.includes(':')))
const withQuery = named(routes.filter((route) => route.query))
const withBody = named(routes.filter((route) => route.body))
const withReferences = named(routes.filter((route) => fieldsOf(route.body?.schema).some(isReference)))

/** Asks some at once: whatever is refused is so in any order. */
async function several<T>(all: readonly T[], ask: (each: T) => Promise<void>, atOnce = 20): Promise<void> {
  const waiting = [...all]
  const asking = Array.from({ length: atOnce }, async () => {
    for (let each = waiting.shift(); each !== undefined; each = waiting.shift()) await ask(each)
  })
  await Promise.all(asking)
}

function valuesIn(name: string) {
  const values = inQuery[name]
  if (!values) throw new Error(`there are no hostile values for ${name} in a query yet`)
  return values
}

// What is refused for its form never comes as far as a database: one stands for all.
describe.each(databases.slice(0, 1))('what has the wrong form', (database) => {
  let world: World
  beforeAll(async () => {
    world = await World.on(database)
  })
  afterAll(() => world?.close())

  it.each(named(routes))('is all that is wrong with a request to %s: without it, it is granted', async (_, route) => {
    expect((await new Sound(world, route).send()).status).toBeLessThan(300)
    await world.settle()
  })

  it.each(withQuery)('is refused in the query of %s, which says where', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    const all = Object.keys(route.query?.shape ?? {}).flatMap((name) =>
      [...valuesIn(name).wrong.map((value) => `${name}=${value}`), `${name}=1&${name}=1`].map((query) => ({
        name,
        query,
      })),
    )
    await several(all, async ({ name, query }) => inquiry.refused(query, await sound.sendQuery(query), [400], name))
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(withBody)('is refused in each field of %s, which says where', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    const all = fieldsOf(route.body?.schema).flatMap((field) =>
      wrong[field.type].filter((text) => !(field.nullable && text === 'null')).map((text) => ({ field, text })),
    )
    await several(all, async ({ field, text }) => {
      const { name } = field
      inquiry.refused(`${name}: ${text}`, await sound.sendField(name, text), statusesFor(field), `/${name}`)
    })
    const smuggled = await sound.sendField('__proto__', '{"isAdmin":true}')
    inquiry.refused('__proto__', smuggled, [400], '/__proto__')
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(withBody)('is refused as the body of %s', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    await several(wrongBodies, async (body) => inquiry.refused(body, await sound.send({ body }), [400]))
    const notUtf8 = Buffer.from(withField(sound.row.body ?? {}, 'text', '"\xff"'), 'latin1')
    inquiry.refused('not UTF-8', await sound.send({ body: notUtf8 }), [400])
    const tooLong = `{"text":"${'x'.repeat(defaultLimits.bodyBytes)}"}`
    inquiry.refused('more than a body may have', await sound.send({ body: tooLong }), [413])
    const body = new TextEncoder().encode(JSON.stringify(sound.row.body))
    for (const type of ['', 'text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16']) {
      inquiry.refused(`of type ${type}`, await sound.send({ body, type }), [415])
    }
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(['', 'x'.repeat(101)])('is refused in the header Idempotency-Key: %j', async (key) => {
    const path = `/rooms/${world.room('group', 'owner')}/messages`
    const { status, body } = await world.host.as('owner').post(path, { text: 'Hello' }, { 'idempotency-key': key })
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, 'Idempotency-Key'])
    expect(await world.settle()).toEqual([])
  })
})

describe.each(databases)('what has the right form but makes no sense, on $name', (database) => {
  // What is odd to us alone is so on any of them.
  const isFirst = database === databases[0]
  const odd = isFirst ? oddTexts : oddToDatabases
  let world: World
  beforeAll(async () => {
    world = await World.on(database)
  })
  afterAll(() => world?.close())

  /** Of things elsewhere, of things of another kind, and of nothing. */
  const foreignIds = (name: keyof Target): string[] => {
    const here = world.target('group', 'owner', 'own')
    const elsewhere = world.elsewhere('own')
    if (name === 'userId') return [here.roomId, here.messageId, newId()]
    const kinds = [here.roomId, here.messageId, here.reactionId, 'owner', newId()].filter((id) => id !== here[name])
    return [elsewhere[name], ...kinds]
  }

  it.each(withIds)('is nothing’s id in the path of %s', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    for (const name of idsOf(sound.row)) {
      const [elsewhere, ...others] = foreignIds(name)
      const odd = isFirst ? [...inPath.odd, ...others] : inPath.odd.slice(-2)
      // To moderators no room is foreign, and a link lets in whoever has it.
      const isOpen = (route.isForModerators && name !== 'userId') || name === 'code'
      const foreign = isOpen ? [] : [elsewhere as string]
      const asked = [...inPath.wrong, ...odd, ...foreign].map(async (value) => {
        inquiry.refused(`${name} ${value}`, await sound.send({ target: { [name]: value } }), [404])
      })
      await Promise.all(asked)
      // That is another path: a list's, or one of the host's.
      expect([200, 404]).toContain((await sound.send({ target: { [name]: '' } })).status)
    }
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(withQuery)('is no accident in the query of %s', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    for (const name of Object.keys(route.query?.shape ?? {})) {
      for (const text of [...valuesIn(name).odd.map((value) => `=${value}`), '[not]=null', '[]=1']) {
        inquiry.survived(`${name}${text}`, await sound.sendQuery(`${name}${text}`))
      }
    }
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(withBody)('is no accident in the fields of %s', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    for (const { name, type } of fieldsOf(route.body?.schema)) {
      for (const text of oddFor(type, odd)) inquiry.survived(`${name}: ${text}`, await sound.sendField(name, text))
    }
    inquiry.survived('no body', await sound.send({ body: '' }))
    expect(await inquiry.ended()).toEqual([])
  })

  it.each(withReferences)('names nothing in the fields of %s, which says where', async (_, route) => {
    const inquiry = new Inquiry(world)
    const sound = new Sound(world, route)
    const others = world.target('group', 'owner', 'others').mediaId
    const ids = [others, ...foreignIds('messageId').filter((id) => id !== 'owner'), ...odd]
    for (const { name, type } of fieldsOf(route.body?.schema).filter(isReference)) {
      const asked = ids.map(async (id) => {
        const text = JSON.stringify(type === 'texts' ? [id] : id)
        inquiry.refused(`${name}: ${text}`, await sound.sendField(name, text), [400, 404], `/${name}`)
      })
      await Promise.all(asked)
    }
    expect(await inquiry.ended()).toEqual([])
  })
})
