import type { DatabaseName } from '../../databases/engine.js'
import type { Committed } from '../history.js'

// Each revision as it is taken, by triggers: what a row was before it changed again is nowhere else.
const table =
  'CREATE TABLE chaos_committed (room_id VARCHAR(191), revision INT, about VARCHAR(10), id VARCHAR(191), is_in INT)'

interface Source {
  table: string
  about: Committed['about']
  roomId: string
  revision: string
  id: string
  isIn: string
}

const sources: Source[] = [
  { table: 'chat_messages', about: 'message', roomId: 'room_id', revision: 'revision', id: 'id', isIn: '1' },
  {
    table: 'chat_room_users',
    about: 'member',
    roomId: 'room_id',
    revision: 'revision',
    id: 'user_id',
    isIn: 'CASE WHEN NEW.left_at IS NULL THEN 1 ELSE 0 END',
  },
  { table: 'chat_rooms', about: 'room', roomId: 'id', revision: 'edited_revision', id: 'id', isIn: '1' },
]

const valuesOf = ({ about, roomId, revision, id, isIn }: Source): string =>
  `NEW.${roomId}, NEW.${revision}, '${about}', NEW.${id}, ${isIn}`

const changed = ({ revision }: Source): string => `NEW.${revision} <> OLD.${revision}`

const triggers: Record<DatabaseName, (source: Source) => string[]> = {
  postgresql: (source) => [
    `CREATE FUNCTION chaos_${source.about}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       INSERT INTO chaos_committed VALUES (${valuesOf(source)}); RETURN NULL; END $$`,
    `CREATE TRIGGER chaos_insert AFTER INSERT ON ${source.table} FOR EACH ROW EXECUTE FUNCTION chaos_${source.about}()`,
    `CREATE TRIGGER chaos_update AFTER UPDATE ON ${source.table} FOR EACH ROW WHEN (${changed(source)})
       EXECUTE FUNCTION chaos_${source.about}()`,
  ],
  mysql: (source) => [
    `CREATE TRIGGER chaos_${source.about}_insert AFTER INSERT ON ${source.table} FOR EACH ROW
       INSERT INTO chaos_committed VALUES (${valuesOf(source)})`,
    `CREATE TRIGGER chaos_${source.about}_update AFTER UPDATE ON ${source.table} FOR EACH ROW
       INSERT INTO chaos_committed SELECT ${valuesOf(source)} FROM DUAL WHERE ${changed(source)}`,
  ],
  sqlite: (source) => [
    `CREATE TRIGGER chaos_${source.about}_insert AFTER INSERT ON ${source.table} BEGIN
       INSERT INTO chaos_committed VALUES (${valuesOf(source)}); END`,
    `CREATE TRIGGER chaos_${source.about}_update AFTER UPDATE ON ${source.table} WHEN ${changed(source)} BEGIN
       INSERT INTO chaos_committed VALUES (${valuesOf(source)}); END`,
  ],
}

/** The statements that make the log, for a database with our tables. */
export const commitLog = (name: DatabaseName): string[] => [table, ...sources.flatMap(triggers[name])]
