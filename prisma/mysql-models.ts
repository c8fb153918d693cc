/**
 * What differs on MySQL and MariaDB, where a plain `String` is VARCHAR(191). Sized for utf8mb4: an id of the host
 * keeps the 191 that an index can hold three times.
 */
const nativeTypes: Record<string, string> = {
  'ChatUser.name': 'VarChar(255)',
  'ChatUser.description': 'VarChar(2000)',
  'ChatUser.hostAvatarUrl': 'Text',
  'ChatRoom.name': 'VarChar(255)',
  'ChatRoom.description': 'VarChar(2000)',
  'ChatRoom.data': 'Text',
  'ChatRoom.pairKey': 'VarChar(400)',
  'ChatMessage.text': 'MediumText',
  'ChatMessage.mentions': 'MediumText',
  'ChatMessage.reactions': 'MediumText',
  'ChatMessage.system': 'Text',
  'ChatMessage.data': 'Text',
  'ChatMessage.saidAs': 'Text',
  'ChatMessage.forwardedFrom': 'Text',
  'ChatScheduledMessage.draft': 'MediumText',
  'ChatScheduledMessage.failure': 'Text',
  'ChatMessageEdit.text': 'MediumText',
  'ChatMessageEdit.mentions': 'MediumText',
  'ChatMessageEdit.data': 'Text',
  'ChatMessage.thread': 'Text',
  'ChatBan.reason': 'VarChar(1000)',
  'ChatReport.reason': 'VarChar(1000)',
  'ChatReport.text': 'VarChar(2000)',
  'ChatReport.copy': 'MediumText',
  'ChatReport.note': 'VarChar(2000)',
  'ChatAuditEntry.reason': 'VarChar(1000)',
  'ChatAuditEntry.details': 'Text',
  'ChatErasure.cursor': 'VarChar(1000)',
  'ChatErasure.error': 'VarChar(1000)',
  'ChatSearchBlock.filter': 'VarBinary(2000)',
  'ChatSubscriptionPosition.error': 'VarChar(1000)',
  'ChatNotice.batch': 'MediumText',
  'ChatNotice.error': 'VarChar(1000)',
  'ChatMedia.storageKey': 'VarChar(512)',
  'ChatMedia.thumbnailKey': 'VarChar(512)',
  'ChatMedia.filename': 'VarChar(255)',
  'ChatMedia.contentType': 'VarChar(255)',
}

const header = `\
// express-chat: put this file into your Prisma schema folder as it is, then \`prisma generate\`.
// For MySQL and MariaDB; SQLite and PostgreSQL take chat.prisma.
// Create the tables from mysql.sql beside it: user ids, client ids and emoji must compare by bytes (utf8mb4_bin),
// which the SQL that \`prisma migrate\` writes for MySQL does not do.
// There is no relation to your own models: \`userId\` holds the id that your \`resolveUser\` returns, as text.
`

/** chat.mysql.prisma, from chat.prisma. */
export function mysqlModels(models: string): string {
  const unused = new Set(Object.keys(nativeTypes))
  const converted = models
    .replace(/^(\/\/ .*\n)+/, header)
    .replace(/^model (\w+) \{[^}]*\}/gm, (block, model: string) =>
      block.replace(/(^ {2}.*\n)+/gm, (lines) => {
        const attributes = Math.max(...lines.split('\n').map((line) => line.search(/(?<=^ {2}\w+ +\S+ +)@/)))
        return lines.replace(/^ {2}(\w+) .*$/gm, (line, field: string) => {
          const type = nativeTypes[`${model}.${field}`]
          if (!type) return line
          unused.delete(`${model}.${field}`)
          return `${withExpressionDefault(line, type).padEnd(attributes - 1)} @db.${type}`
        })
      }),
    )
  if (unused.size > 0) throw new Error(`No such field in chat.prisma: ${[...unused].join(', ')}`)
  return converted
}

// MySQL refuses a literal as the default of TEXT, but takes an expression.
function withExpressionDefault(line: string, type: string): string {
  return type.endsWith('Text') ? line.replace(/@default\("(.*?)"\)/, `@default(dbgenerated("('$1')"))`) : line
}
