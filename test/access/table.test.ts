import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { documentsOf } from '../../src/http/documents.js'
import { routes } from '../../src/http/routes.js'
import { commandTable } from '../../src/realtime/commands.js'
import { databases, type TestDatabase } from '../databases.js'
import { type Answered, ask, comparable, idsOf, never, summary } from './ask.js'
import { type Asker, askers, type Kind, kinds, type Target } from './askers.js'
import { commandRows, type Row, routeRows, statusesOf } from './table.js'
import { World } from './world.js'

const codes: Record<number, string> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
}

const expectedCode = (row: Row, status: number): string =>
  status === 409 && row.what?.includes('clientId') ? 'idempotency_conflict' : (codes[status] ?? '')

const textOf = (row: Row, status: number): string =>
  status < 300 ? `${status}` : `${status} ${expectedCode(row, status)}`

interface Cell {
  name: string
  asker: Asker
  target: Target
  expected: string
}

function cellsOf(world: World, row: Row, kinds: readonly string[]): Cell[] {
  const asked = statusesOf(row).filter(([kind]) => kind === 'anywhere' || kinds.includes(kind))
  return asked.flatMap(([kind, statuses]) =>
    askers.map((asker, n) => ({
      name: `${kind}: ${asker}`,
      asker,
      target: world.target(kind === 'anywhere' ? 'group' : kind, asker, row.whose ?? 'others'),
      expected: textOf(row, statuses[n] as number),
    })),
  )
}

/**
 * What a rule makes of a kind of room is no matter of the database: one that comes second is asked about groups over
 * HTTP and about public channels over the socket.
 */
function kindsOn(database: TestDatabase, { on }: Row): readonly Kind[] {
  if (database === databases[0]) return kinds
  return on.includes('/') ? ['group'] : ['public']
}

const isRefused = ({ expected }: Cell): boolean => expected.includes(' ')

/** Ids of things inside a room; `me` is in every room of one's own. */
function foreignIdsOf(row: Row): (keyof Target)[] {
  const ids = idsOf(row)
  if (!ids.includes('roomId')) return []
  return ids.filter((name) => name !== 'roomId' && !(name === 'userId' && (row.whose === 'own' || row.outsiders)))
}

const isRead = ({ on, isAudited }: Row): boolean => on.startsWith('GET ') && !isAudited
const named = (rows: Row[]) => rows.map((row) => [row.what ? `${row.on} (${row.what})` : row.on, row] as const)

describe('the table', () => {
  it('has a row for every route, and a route for every row', () => {
    const paths = [
      ...routes.map(({ method, path }) => `${method} ${path}`),
      ...documentsOf(routes, '').map(({ path }) => `GET ${path}`),
    ]
    expect([...new Set(routeRows.map((row) => row.on))].sort()).toEqual(paths.sort())
  })

  it('has a row for every command, and a command for every row', () => {
    expect([...new Set(commandRows.map((row) => row.on))].sort()).toEqual(Object.keys(commandTable).sort())
  })
})

describe.each(databases)('on $name', (database) => {
  let world: World
  beforeAll(async () => {
    world = await World.on(database)
  })
  afterAll(() => world?.close())

  describe.each(named([...routeRows, ...commandRows]))('%s', (_, row) => {
    it('answers each of the seven as the table says; a refusal writes nothing and tells nothing', async () => {
      await world.grant(row.needs)
      const cells = cellsOf(world, row, kindsOn(database, row))
      const isQuiet = (cell: Cell) => isRefused(cell) || isRead(row)
      const answers = new Map<Cell, Answered>()
      const asked = cells.filter(isQuiet).map(async (cell) => {
        answers.set(cell, await ask(world, cell.asker, row, cell.target))
      })
      await Promise.all(asked)
      const written = await world.settle()
      for (const cell of cells.filter((cell) => !isQuiet(cell))) {
        answers.set(cell, await ask(world, cell.asker, row, cell.target))
        if (row.once) await world.settle()
      }
      await world.settle()
      const said = cells.map((cell) => [cell.name, summary(answers.get(cell))])
      expect(Object.fromEntries(said)).toEqual(Object.fromEntries(cells.map(({ name, expected }) => [name, expected])))
      expect(written).toEqual([])
      for (const [{ name, asker }, { status, body }] of answers) {
        if (asker === 'without' && status === 403 && row.needs) expect(body.detail, name).toContain(row.needs)
      }
      await expectNothingTold(row, answers)
    })

    /** Who may not know of a room is answered as if it had never been. */
    async function expectNothingTold(row: Row, answers: Map<Cell, Answered>): Promise<void> {
      const hidden = [...answers].filter(([{ expected }]) => expected === '404 not_found')
      for (const asker of new Set(hidden.map(([cell]) => cell.asker))) {
        const mine = hidden.filter(([cell]) => cell.asker === asker)
        const [{ target }] = mine[0] as [Cell, Answered]
        const [id = 'roomId'] = idsOf(row)
        const invented = comparable(await ask(world, asker, row, never(target, id)))
        for (const [{ name }, answer] of mine) expect(comparable(answer), name).toEqual(invented)
      }
    }
  })

  describe.each(named([...routeRows, ...commandRows].filter((row) => foreignIdsOf(row).length > 0)))('%s', (_, row) => {
    it('knows nothing of other rooms under the id of one’s own', async () => {
      const foreign = world.target('group', 'other', 'others')
      for (const name of foreignIdsOf(row)) {
        const mixed = { ...world.elsewhere(row.whose ?? 'others'), [name]: foreign[name] }
        const answer = await ask(world, 'other', row, mixed)
        expect(answer.status, name).toBeGreaterThanOrEqual(400)
        expect(comparable(answer), name).toEqual(comparable(await ask(world, 'other', row, never(mixed, name))))
      }
      expect(await world.settle()).toEqual([])
    })
  })
})
