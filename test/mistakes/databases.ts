import type { Mistake } from './mistake.js'

/** Of how the host's database is got at. */
export const databaseMistakes: Mistake[] = [
  {
    name: 'writes where the search path leads, past the schema of the host’s choice',
    file: 'store/tables.ts',
    find: 'quoted: this.quoted(known?.schema || this.schema, name)',
    replace: 'quoted: this.quoted(name)',
    caughtBy: {
      file: 'store/tables.test.ts',
      name: 'in the schema of the model before that of the adapter, and in that before public',
    },
  },
  {
    name: 'takes the name of a statement for that of a longer one',
    file: 'store/statement-names.ts',
    find: 'return length === sql.length - end - 1 ? line.slice(3)',
    replace: 'return length <= sql.length - end - 1 ? line.slice(3)',
    caughtBy: {
      file: 'store/pooler.test.ts',
      name: 'is not that of a statement to which something was appended',
    },
  },
  {
    name: 'relies on transactions that are none',
    file: 'store/trial.ts',
    find: 'if (count > 0) {',
    replace: 'if (count > 1) {',
    caughtBy: {
      file: 'store/trial.test.ts',
      name: 'is refused: what it writes in ours would stay when ours is rolled back',
      on: 'postgresql',
    },
  },
  {
    name: 'reads from a replica what a rule depends on',
    file: 'store/database.ts',
    find: "return typeof $primary === 'function' ? $primary.call(client) : client",
    replace: "return typeof $primary === 'string' ? client : client",
    caughtBy: {
      file: 'store/replicas.test.ts',
      name: 'reads from its primary what was just written, and resumes from there',
      on: 'postgresql',
    },
  },
  {
    name: 'trusts a bus that brings nothing back',
    file: 'realtime/bus-publisher.ts',
    find: 'if (!this.#hasEcho) this.#failed(',
    replace: 'if (this.#closed) this.#failed(',
    caughtBy: {
      file: 'realtime/bus-publisher.test.ts',
      name: 'no longer once it brings nothing back, which is said, and again when it does',
    },
  },
]
