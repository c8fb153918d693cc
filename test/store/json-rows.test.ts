import { afterEach, describe, expect, it, vi } from 'vitest'
import { columnsOf, JsonRows, unpacked } from '../../src/store/json-rows.js'

interface Row {
  id: string
  isPublic: boolean
  createdAt: Date
  deletedAt: Date | null
  seq: number
}

const fields = { id: true, isPublic: true, createdAt: true, deletedAt: true, seq: true } as const
const packedRow = () =>
  new JsonRows<Row>(columnsOf('r', fields), { dates: ['createdAt', 'deletedAt'], flags: ['isPublic'] })
const at = new Date('2026-11-26T13:00:00.120Z')

describe('a row that travels as a JSON array', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('is made of its columns, in snake case, by the function of the database', () => {
    expect(columnsOf('m', { lastReadSeq: true, id: true })).toEqual({ lastReadSeq: 'm.last_read_seq', id: 'm.id' })
    expect(packedRow().sql('json_array')).toBe('json_array(r.id, r.is_public, r.created_at, r.deleted_at, r.seq)')
    expect(new JsonRows<{ n: number }>({ n: 'i.n' }, {}).sql('json_build_array')).toBe('json_build_array(i.n)')
  })

  it('has its texts and numbers as they came', () => {
    expect(packedRow().read(['r1', true, at.toISOString(), null, 7])).toEqual({
      ...{ id: 'r1', isPublic: true, createdAt: at, deletedAt: null, seq: 7 },
    })
    expect(new JsonRows<{ n: number; name: string }>({ n: 'n', name: 'name' }, {}).read([0, ''])).toEqual({
      n: 0,
      name: '',
    })
  })

  it('has booleans where the database has numbers', () => {
    for (const [value, expected] of [
      [1, true],
      [0, false],
      [true, true],
      [false, false],
    ])
      expect(packedRow().read(['r1', value, at.getTime(), null, 7]).isPublic).toBe(expected)
  })

  it('has dates in UTC, in whatever form the database writes them, and wherever we are', () => {
    vi.stubEnv('TZ', 'Asia/Kolkata')
    for (const value of [
      ...[
        '2026-11-26T13:00:00.120Z',
        '2026-11-26 13:00:00.120',
        '2026-11-26T13:00:00.12',
        '2026-11-26 13:00:00.120000',
      ],
      ...['2026-11-26 13:00:00.120+00:00', '2026-11-26T14:00:00.120+01:00', at.getTime()],
    ]) {
      expect(packedRow().read(['r1', 1, value, value, 7])).toMatchObject({ createdAt: at, deletedAt: at })
    }
  })

  it('is parsed where the driver has not done so', () => {
    expect(unpacked([{ packed: '["r1",1,null]' }, { packed: ['r2', 0, null] }])).toEqual([
      ['r1', 1, null],
      ['r2', 0, null],
    ])
  })
})
