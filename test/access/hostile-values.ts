/** What a field is declared to hold. */
export type FieldType = 'text' | 'whole' | 'boolean' | 'enum' | 'texts' | 'object'

const quoted = (values: string[]): string[] => values.map((value) => JSON.stringify(value))

const long = JSON.stringify('x'.repeat(50_000))

const objects = ['{}', '{"not":null}', '{"__proto__":null}', '{"toString":"a"}']
const arrays = ['[]', '[null]', '["a"]']
const numbers = ['0', '-1', '1.5', '9007199254740993', '1e400']
const truths = ['true', 'false']

/** No database holds these as they are; on PostgreSQL the first is an error. */
const unstorable = ['"a\\u0000b"', '"\\ud800"', '"a\\udc00b"']

/** JSON texts that no field of a type may take: each is refused, and the answer says where. */
export const wrong: Record<FieldType, string[]> = {
  text: ['null', ...truths, ...numbers, ...arrays, ...objects, ...unstorable, long],
  whole: ['null', ...truths, ...arrays, ...objects, ...numbers.slice(1), '"1"', '"NaN"', '""', '9007199254740992'],
  boolean: ['null', ...numbers, ...arrays, ...objects, '"true"', '""'],
  enum: ['null', ...truths, ...numbers, ...arrays, ...objects, '""', '"__proto__"', '"constructor"', '"Owner"', long],
  texts: [
    ...['null', ...truths, ...numbers, ...objects, '"a"', '{"length":1}', '{"0":"a"}', '[""]'],
    ...['null', ...truths, ...numbers, ...arrays.slice(0, 2), ...objects, ...unstorable, long].map(
      (item) => `[${item}]`,
    ),
    JSON.stringify(Array.from({ length: 201 }, (_, n) => `id${n}`)),
  ],
  object: [
    ...['null', ...truths, ...numbers, ...arrays, '"a"', '""', ...objects.slice(1)],
    ...['null', '1', '"true"', '{}', '[true]', '{"not":null}'].map((item) => `{"canAddUsers":${item}}`),
    ...['{"constructor":{"canAddUsers":true}}', '{"__proto__":{"canAddUsers":true}}', '{"canRuleTheWorld":true}'],
  ],
}

/** Texts that look like something else: a field may take them, as the texts that they are. */
const oddToUs = ['', ' ', '__proto__', 'constructor', '{"not":null}']
export const oddToDatabases = [`'; DROP TABLE chat_rooms; --`, '%_\\', '\u202e', 'x'.repeat(191), 'x'.repeat(192)]
export const oddTexts = [...oddToUs, ...oddToDatabases]

/** JSON texts of the right type: taken or refused, but never an accident. */
export function oddFor(type: FieldType, texts = oddTexts): string[] {
  if (type === 'text') return quoted(texts)
  if (type === 'texts') return ['[]', '["a","a"]', ...quoted(texts).map((item) => `[${item}]`)]
  if (type === 'whole') return ['0', '2147483647', '2147483648', '9007199254740991', '-0']
  return type === 'object' ? ['{}'] : []
}

/** The same for parameters in a query, by name. All of `wrong` are refused, and the answer says where. */
export const inQuery: Record<string, { wrong: string[]; odd: string[] }> = Object.fromEntries([
  ...['since', 'before', 'after', 'around'].map((name) => [
    name,
    {
      wrong: ['', '-1', '1.5', '1e3', 'NaN', 'Infinity', '0x10', '%201', 'null', '9007199254740993', '%D9%A3', '%00'],
      odd: ['0', '007', '2147483648', '9007199254740991'],
    },
  ]),
  [
    'limit',
    {
      wrong: ['', '0', '-1', '101', '1.5', '1e1', 'NaN', 'null', '0x10', '9007199254740993', '%00', '[]'],
      odd: ['1', '007'],
    },
  ],
  [
    'cursor',
    {
      wrong: [
        '',
        '%00',
        '%ED%A0%80',
        '%ZZ',
        'x',
        '.',
        '..',
        'a.b',
        'a.b.c',
        'bnVsbA.AAAAAAAAAAAAAAAAAAAAAA',
        'x'.repeat(2000),
      ],
      odd: [],
    },
  ],
  [
    'q',
    {
      wrong: ['%00', '%ED%A0%80', '%ZZ', '%FF', 'x'.repeat(101)],
      odd: ['', '%25', '_', '%5C', '%27', '%22', '__proto__', '%27%3BDROP', '%E2%80%AE', 'x'.repeat(100)],
    },
  ],
  ['has', { wrong: ['', 'files', 'Media', 'null', '%00', '%ED%A0%80', '%ZZ', '__proto__'], odd: [] }],
  // A signature that does not hold counts for nothing: it is as if none had been given.
  ...['expires', 'signature'].map((name) => [
    name,
    { wrong: ['%ED%A0%80', '%ZZ'], odd: ['', '%00', '-1', 'NaN', '9e99', 'x'] },
  ]),
  ...['roomId', 'userId', 'actorId', 'key'].map((name) => [
    name,
    {
      wrong: ['', '%00', '%ED%A0%80', '%ZZ', 'x'.repeat(192), 'a%20'],
      odd: ['me', '__proto__', '%27', '%25', '%E2%80%AE'],
    },
  ]),
  ...['action', 'status'].map((name) => [
    name,
    { wrong: ['', 'Open', '__proto__', 'constructor', 'null', '%00', '%ZZ'], odd: [] },
  ]),
  ...['requests', 'ban', 'pinned', 'archived', 'unread'].map((name) => [
    name,
    { wrong: ['', '1', 'True', 'yes', '__proto__', 'null', '%00', '%ZZ'], odd: ['false'] },
  ]),
  ['type', { wrong: ['', 'Group', '__proto__', 'constructor', 'null', '%00', '%ZZ'], odd: [] }],
])

/** Segments of a path, as they are written there, that are the id of nothing: some can be none, some look for one. */
export const inPath = {
  wrong: ['a%00b', '%ED%A0%80', '%ZZ', 'x'.repeat(192), 'x'.repeat(5000)],
  odd: [
    'null',
    '__proto__',
    '%7B%22not%22%3Anull%7D',
    '%27%20OR%201%3D1%20--',
    '..%2F..%2Fetc',
    '%25',
    'x'.repeat(191),
  ],
}

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`

/** Whole bodies, and frames, that are no object of known keys. */
export const wrongBodies: string[] = [
  ...[
    '{',
    '}',
    'null',
    '[]',
    '[{}]',
    '5',
    'true',
    '"text"',
    'undefined',
    'NaN',
    "{'a':1}",
    '{"a":1,}',
    '{"a":1}{"b":2}',
  ],
  ...['{"__proto__":{"isAdmin":true}}', '{"constructor":{"prototype":{"isAdmin":true}}}', '{"isAdmin":true}', '{"":1}'],
  ...[
    '{"\\u0000":1}',
    '\u0000',
    '\ud800',
    nested(5000, '[', ']'),
    nested(5000, '{"a":', '}'),
    nested(5000, '[{"a":', '}]'),
  ],
]
