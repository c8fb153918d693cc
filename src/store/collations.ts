/** SQL that names those of our tables, as `tableName`, whose ids or reactions are not compared byte by byte. For MySQL. */
export const wrongCollations = (tables: string[]): string => `
  SELECT DISTINCT table_name AS tableName FROM information_schema.columns
  WHERE table_schema = DATABASE() AND table_name IN (${tables.map((name) => `'${name}'`).join(', ')})
    AND collation_name IS NOT NULL
    AND column_name IN ('id', 'key', 'user_id', 'room_id', 'client_id', 'reaction', 'message_id', 'media_id', 'node_id',
      'thread_id')
    AND collation_name <> 'utf8mb4_bin'`

/** What to run for these tables. Those that refer to one another can only be changed while nobody looks whether they do. */
export function collationMend(tables: string[]): string {
  const statements = tables.map((name) => `ALTER TABLE ${name} CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`)
  return `SET FOREIGN_KEY_CHECKS=0; ${statements.join(' ')} SET FOREIGN_KEY_CHECKS=1;`
}
