import { readFileSync } from 'node:fs'
import type { DatabaseName } from '../databases/engine.js'

/** What was kept by 0.1: a room that lives, and one that was deleted. */
const rows = `
  INSERT INTO chat_users (id, name) VALUES ('alice', 'Alice'), ('bob', 'Bob');
  INSERT INTO chat_rooms (id, type, name, revision, last_message_seq, member_count, last_message_at, created_at,
    updated_at, deleted_at) VALUES
    ('lives', 'group', 'Lives', 9, 5, 2, '2026-11-01 10:00:05.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000', NULL),
    ('gone', 'group', 'Gone', 2, 1, 1, '2026-11-01 10:00:05.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000',
      '2026-11-01 11:00:00.000'),
    ('apart', 'group', 'Apart', 6, 6, 2, '2026-11-01 10:00:11.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000', NULL),
    ('empty', 'channel', 'Lobby', 2, 0, 0, '2026-11-01 10:00:05.000', '2026-11-01 10:00:00.000', '2026-11-01 10:00:00.000', NULL);
  UPDATE chat_rooms SET is_public = TRUE WHERE id = 'empty';
  INSERT INTO chat_room_users (room_id, user_id, role, can_add_users, can_remove_users, can_create_messages,
    can_delete_messages, can_delete_own_messages, can_edit_messages, can_edit_own_messages, can_edit_room,
    can_delete_room, last_read_seq, joined_at, joined_revision, revision) VALUES
    ('lives', 'alice', 'owner', TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, 5, '2026-11-01 10:00:00.000', 1, 1),
    ('lives', 'bob', 'member', TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, TRUE, 1, '2026-11-01 10:00:00.000', 2, 2);
  INSERT INTO chat_messages (id, room_id, seq, user_id, kind, text, created_revision, revision, created_at, deleted_at) VALUES
    ('m1', 'lives', 1, 'alice', 'system', 'Alice created the group', 3, 3, '2026-11-01 10:00:01.000', NULL),
    ('m2', 'lives', 2, 'alice', 'user', 'Two', 4, 4, '2026-11-01 10:00:02.000', NULL),
    ('m3', 'lives', 3, 'alice', 'user', '', 5, 9, '2026-11-01 10:00:03.000', '2026-11-01 10:00:06.000'),
    ('m4', 'lives', 4, 'alice', 'system', 'Somebody joined', 6, 6, '2026-11-01 10:00:04.000', NULL),
    ('m5', 'lives', 5, 'alice', 'user', 'Five', 7, 7, '2026-11-01 10:00:05.000', NULL),
    ('a1', 'apart', 1, 'alice', 'user', 'One', 1, 1, '2026-11-01 10:00:01.000', NULL),
    ('a2', 'apart', 2, 'alice', 'user', 'Two', 2, 2, '2026-11-01 10:00:09.000', NULL),
    ('a3', 'apart', 3, 'alice', 'user', 'Three', 3, 3, '2026-11-01 10:00:05.000', NULL),
    ('a4', 'apart', 4, 'alice', 'user', 'Four', 4, 4, '2026-11-01 10:00:10.000', NULL),
    ('a5', 'apart', 5, 'alice', 'user', 'Five', 5, 5, '2026-11-03 10:00:10.000', NULL),
    ('a6', 'apart', 6, 'alice', 'user', 'Six', 6, 6, '2026-11-01 10:00:11.000', NULL),
    ('m6', 'gone', 1, 'alice', 'system', 'Alice created the group', 2, 2, '2026-11-01 10:00:01.000', NULL);
  UPDATE chat_messages SET mentions = '["bob","carol"]' WHERE id IN ('m2', 'm5');
  UPDATE chat_messages SET mentions = '["bob","alice"]' WHERE id IN ('m1', 'm6', 'a1');
`

/** The tables of 0.1, with rows in them. */
export const databaseOfBefore = (name: DatabaseName): string =>
  `${readFileSync(new URL(`before/${name}.sql`, import.meta.url), 'utf8')}\n${rows}`
