import type { Mistake } from './mistake.js'

export const serverMistakes: Mistake[] = [
  {
    name: 'tells of a reply without the file of what it answers',
    file: 'store/append/validate.ts',
    find: 'if (quotes.length > 0) await addMedia(on.db, quotes)',
    replace: 'if (quotes.length > 1) await addMedia(on.db, quotes)',
    caughtBy: {
      file: 'core/messages.test.ts',
      name: 'show the first file of what they answer, until that is deleted',
    },
  },
  {
    name: 'takes the length of a recorded film for that of its first fragment',
    file: 'core/media/durations/iso-media.ts',
    find: 'let end = await timeAt(reader, start.content + 4, await isLong(reader, start))',
    replace: 'let end = (await timeAt(reader, start.content + 4, await isLong(reader, start))) * 0',
    caughtBy: {
      file: 'media/durations.test.ts',
      name: 'is what its fragments say, where they were recorded one by one',
    },
  },
  {
    name: 'takes two people’s equal clientId in one batch for one message',
    file: 'store/append/validate.ts',
    find: 'JSON.stringify([roomId, userId, clientId])',
    replace: 'JSON.stringify([roomId, clientId, clientId && userId === null])',
    caughtBy: {
      file: 'core/idempotency.test.ts',
      name: 'is two messages when alice and bob give theirs the same clientId in one moment',
    },
  },
  {
    name: 'fails all messages of a batch of which the database refuses one',
    file: 'store/append/append-batch.ts',
    find: "if (error instanceof ChatError || failureOf(error) === 'unavailable')",
    replace: 'if (requests.length > 1)',
    caughtBy: {
      file: 'core/batches.test.ts',
      name: 'are stored also where the database refuses one of them, which alone fails',
    },
  },
  {
    name: 'takes the room’s lock to refuse a message',
    file: 'store/append/validate.ts',
    find: "if (outcome?.type === 'refused' && !on.isFinal && sent.has(speaker)) {",
    replace: "if (outcome?.type === 'refused' && !on.isFinal) {",
    caughtBy: {
      file: 'store/append/optimistic.test.ts',
      name: 'whoever may not write is told so at once, though somebody holds the room',
      on: 'postgresql',
    },
  },
  {
    name: 'makes an admin owner who left before',
    file: 'store/members.ts',
    find: 'where: { roomId, leftAt: null, role, ...condition },',
    replace: 'where: { roomId, role, ...condition },',
    caughtBy: {
      file: 'core/members-leaving.test.ts',
      name: 'never makes somebody owner who left before, whatever they were',
    },
  },
  {
    name: 'counts an owner who left before',
    file: 'store/members.ts',
    find: "db.chatRoomUser.count({ where: { roomId, leftAt: null, role: 'owner' } })",
    replace: "db.chatRoomUser.count({ where: { roomId, role: 'owner' } })",
    caughtBy: {
      file: 'core/members-leaving.test.ts',
      name: 'raises somebody also where another owner has left before',
    },
  },
  {
    name: 'looks at the quota only before the bytes come',
    file: 'core/media/media.ts',
    find: 'if ((await keptBytes(tx, userId)) + byteSize > limits.userBytes) throw overQuota(limits.userBytes)',
    replace: '',
    caughtBy: {
      file: 'media/picture-flow.test.ts',
      name: 'keeps a quota with room for one of three that are all but stored in the same moment',
    },
  },
  {
    name: 'counts what somebody keeps without holding their row',
    file: 'core/media/media.ts',
    find: 'await lockUploader(tx, uploader)',
    replace: 'if (!uploader) throw notFound()',
    caughtBy: {
      file: 'media/picture-flow.test.ts',
      name: 'keeps a quota with room for one of three that are all but stored in the same moment',
      on: 'postgresql',
    },
  },
  {
    name: 'believes a token what it says of its algorithm, where a key is found for it',
    file: 'users/jwt.ts',
    find: 'jsonwebtoken.verify(token, key, { algorithms, ...expected })',
    replace: 'jsonwebtoken.verify(token, key, { ...(secret ? { algorithms } : {}), ...expected })',
    caughtBy: {
      file: 'users/jwt.test.ts',
      name: 'of another algorithm than those that are named is nobody’s, also where its key is found for it',
    },
  },
  {
    name: 'leaves the thumbnail of a picture that the store has no room for',
    file: 'core/media/media.ts',
    find: '...keys.map((key) => this.#storage().delete(key)),',
    replace: 'this.#storage().delete(keys[0] as string),',
    caughtBy: { file: 'media/picture-refused.test.ts', name: 'by a store that is full at file 2 leaves nothing' },
  },
  {
    name: 'keeps the row of a file that could not be stored',
    file: 'core/media/media.ts',
    find: 'this.context.work.transaction(({ tx }) => deleteUnused(tx, id)),',
    replace: '',
    caughtBy: { file: 'media/picture-refused.test.ts', name: 'by a store that is full at file 1 leaves nothing' },
  },
  {
    name: 'stores a file before the host is asked about it',
    file: 'core/media/media.ts',
    find: 'const filename = await this.#ask(userId, prepared, received)',
    replace: `await this.#storage().put(newId(), await prepared.file.read(), prepared)
      const filename = await this.#ask(userId, prepared, received)`,
    caughtBy: {
      file: 'media/temporary-files.test.ts',
      name: 'that is refused, by us or by the host, leaves nothing and was never stored',
    },
  },
  {
    name: 'leaves the temporary files of what is refused while it comes',
    file: 'core/media/media.ts',
    find: `    } catch (error) {
      await folder.remove()
      throw error`,
    replace: `    } catch (error) {
      throw error`,
    caughtBy: {
      file: 'media/temporary-files.test.ts',
      name: 'is there while it comes, and gone once it is cut off',
    },
  },
  {
    name: 'leaves the temporary files of what was stored',
    file: 'core/media/media.ts',
    find: `    } finally {
      await received.folder.remove()`,
    replace: `    } finally {
      if (received.filename === '') await received.folder.remove()`,
    caughtBy: {
      file: 'media/temporary-files.test.ts',
      name: 'is stored once, as it is kept, and nothing is read back',
    },
  },
  {
    name: 'lets the uploads of one user take all of the temporary space',
    file: 'core/media/temporary-space.ts',
    find: 'own > this.mostOfUser || ',
    replace: '',
    caughtBy: {
      file: 'media/temporary-files.test.ts',
      name: 'holds a quarter of its bytes of one user at most: what is more is told to come again',
    },
  },
  {
    name: 'stores an animated AVIF as a still one',
    file: 'core/media/process-image.ts',
    find: 'await picture.overwrite(8, Buffer.from(animated))',
    replace: '',
    caughtBy: {
      file: 'media/strip-iso-media.test.ts',
      name: 'go on moving, though the thumbnail is made of the first picture',
    },
  },
  {
    name: 'sweeps up an upload that is still coming',
    file: 'core/media/temporary-space.ts',
    find: '[folder, ...files].some(',
    replace: '[folder].some(',
    caughtBy: {
      file: 'media/temporary-files.test.ts',
      name: 'keeps for six hours what a crash left, and then any server on the machine sweeps it',
    },
  },
  {
    name: 'says of a temporary folder that is full that the upload was cut off',
    file: 'http/upload.ts',
    find: 'refusal ?? refusalOf(error, request, limits)',
    replace: 'refusal && refusalOf(error, request, limits)',
    caughtBy: {
      file: 'media/temporary-files.test.ts',
      name: 'to a temporary folder that is full is refused with 507, wherever that is noticed, and leaves nothing',
    },
  },
  {
    name: 'takes text that no database can hold',
    file: 'contract/fields.ts',
    find: "value.isWellFormed() && !value.includes('\\0')",
    replace: "!value.includes('\\0')",
    caughtBy: { file: 'http/bad-input.test.ts', name: 'refuses text that no database can hold' },
  },
  {
    name: 'takes the same mention twice',
    file: 'contract/messages.ts',
    find: 'new Set(all).size === all.length',
    replace: 'all.length >= 0',
    caughtBy: { file: 'core/messages.test.ts', name: 'mention members and nobody else, nobody twice' },
  },
  {
    name: 'tells changes out of order',
    file: 'store/changes.ts',
    find: 'rows.sort((a, b) => a.revision - b.revision)',
    replace: '',
    caughtBy: {
      file: 'core/changes.test.ts',
      name: 'leads from every revision to the same state, in whatever pages it is read',
    },
  },
  {
    name: 'cannot search for an exclamation mark',
    file: 'store/search.ts',
    find: "if (character === '%' || character === '_' || character === '!')",
    replace: "if (character === '%' || character === '_')",
    caughtBy: {
      file: 'core/message-search.test.ts',
      name: 'takes every letter as it is: nothing is a wildcard or a quote',
    },
  },
  {
    name: 'takes ß for another letter than ss',
    file: 'store/search.ts',
    find: 'toLowerCase().toUpperCase().toLowerCase()',
    replace: 'toLowerCase()',
    caughtBy: {
      file: 'core/message-search.test.ts',
      name: 'takes as one letter what full case folding does: İ ı I i, and ß ẞ ss',
    },
  },
  {
    name: 'decodes the pictures of one user before those of another',
    file: 'concurrency/fair-semaphore.ts',
    find: 'if (own && this.#lines.delete(served)) this.#lines.set(served, own)',
    replace: '',
    caughtBy: {
      file: 'attacks/pictures.test.ts',
      name: 'holds up another for one picture, and a third one no longer',
    },
  },
  {
    name: 'takes an AVIF of as many pixels as a PNG',
    file: 'core/media/process-image.ts',
    find: "'image/avif': 13_000_000",
    replace: "'image/avif': 40_000_000",
    caughtBy: {
      file: 'attacks/pictures.test.ts',
      name: 'for their number of pixels are refused by their header, of each format for what a pixel of it costs',
    },
  },
  {
    name: 'takes boxes that name millions of parts',
    file: 'core/media/formats/iso-items.ts',
    find: "if (extents.length + count > mostExtents) throw new RangeError('too many parts')",
    replace: '',
    caughtBy: {
      file: 'attacks/pictures.test.ts',
      name: 'for boxes that name millions of parts are refused at the first of them',
    },
  },
  {
    name: 'leaves in a film where it was made',
    file: 'core/media/formats/iso-media.ts',
    find: "moov: names('mvhd trak mvex iods')",
    replace: "moov: names('mvhd trak mvex iods udta meta')",
    caughtBy: { file: 'media/strip-iso-media.test.ts', name: 'film.mp4' },
  },
  {
    name: 'takes text in UTF-16 for sound',
    file: 'core/media/media-types.ts',
    find: "if (charsetOf(head) !== 'utf-8') return undefined",
    replace: '',
    caughtBy: { file: 'media/kinds.test.ts', name: 'a text in utf-16le, and it is served as one' },
  },
  {
    name: 'lets people leave whom the presets keep',
    file: 'core/room-leaving.ts',
    find: `if (presets[room.type][role].canLeave === false) throw`,
    replace: `if (false) throw`,
    caughtBy: {
      file: 'core/leaving.test.ts',
      name: 'keeps those of that type of room and role in it until they are removed',
    },
  },
  {
    name: 'tells other servers of one block only, where somebody blocks two at once',
    file: 'realtime/hints.ts',
    find: 'JSON.stringify([hint.type, hint.userId, hint.blockedId])',
    replace: 'JSON.stringify([hint.type, hint.userId])',
    caughtBy: { file: 'attacks/bus.test.ts', name: 'all that one user did in the same moment' },
  },
  {
    name: 'lets one who listens keep what happened from the others',
    file: 'publish/publisher.ts',
    find: '        this.failed(error)\n',
    replace: '        this.failed(error)\n        break\n',
    caughtBy: {
      file: 'publish/publisher.test.ts',
      name: 'tells the others what one listener throws at, and whoever changed something nothing of it',
    },
  },
  {
    name: 'tells the host of no new group',
    file: 'core/unit-of-work.ts',
    find: 'roomId: data.id, events, created })',
    replace: "roomId: data.id, events, ...(created.type === 'group' ? {} : { created }) })",
    caughtBy: {
      file: 'core/on-event.test.ts',
      name: 'is told of a room that was made, as it stands once all are in it, and before all else of it',
    },
  },
  {
    name: 'forgets stored hashes of messages with the next field that a message gets',
    file: 'core/body-hash.ts',
    find: 'return value === undefined || value === null ? [] : [[key, value]]',
    replace: 'return [[key, value]]',
    caughtBy: {
      file: 'core/body-hash.test.ts',
      name: 'is the same for a message without a field that came later',
    },
  },
  {
    name: 'takes a message with another value of a later field for the same one',
    file: 'core/body-hash.ts',
    find: ', ...given], order)',
    replace: '], order)',
    caughtBy: { file: 'core/body-hash.test.ts', name: 'is another one with a field that came later' },
  },
  {
    name: 'opens a socket twice with one ticket',
    file: 'core/tickets.ts',
    find: 'if (asked.length === 1) return new Set()',
    replace: 'if (asked.length === 1) return new Set(asked)',
    caughtBy: { file: 'realtime/tickets.test.ts', name: 'opens it once, also when it comes twice at the same time' },
  },
  {
    name: 'stores the host’s own message twice on SQLite',
    file: 'store/dialects/sqlite.ts',
    find: "existingBy('IS')",
    replace: "existingBy('=')",
    caughtBy: {
      file: 'core/idempotency.test.ts',
      name: 'is one message also when several of it go into one commit, whoever speaks',
    },
  },
  {
    name: 'stores the host’s own message twice on PostgreSQL',
    file: 'store/dialects/postgresql.ts',
    find: 'WHERE i.user_id IS NULL AND room_id = i.room_id',
    replace: 'WHERE i.user_id IS NOT NULL AND room_id = i.room_id',
    caughtBy: {
      file: 'core/idempotency.test.ts',
      name: 'is one message also when several of it go into one commit, whoever speaks',
      on: 'postgresql',
    },
  },
  {
    name: 'stores the host’s own message twice on MySQL',
    file: 'store/dialects/mysql.ts',
    find: "existingBy('<=>')",
    replace: "existingBy('=')",
    caughtBy: {
      file: 'core/idempotency.test.ts',
      name: 'is one message also when several of it go into one commit, whoever speaks',
      on: 'mysql',
    },
  },
  {
    name: 'loses quotes and backslashes of a text on PostgreSQL',
    file: 'store/dialects/postgresql.ts',
    find: `value.replace(/["\\\\]/g, '\\\\$&')`,
    replace: `value.replace(/["\\\\]/g, '')`,
    caughtBy: {
      file: 'core/messages.test.ts',
      name: 'come back as they were sent, letter for letter',
      on: 'postgresql',
    },
  },
  {
    name: 'lets a member do what it has no permission for',
    file: 'core/authorize.ts',
    find: 'if (!member[permission]) return missingPermission(permission)',
    replace: '',
    caughtBy: {
      file: 'core/permissions.test.ts',
      name: 'refuses a member who has everything but canEditRoom what needs it',
    },
  },
  {
    name: 'does not ask the host for its last word',
    file: 'core/authorize.ts',
    find: '!== false) return undefined',
    replace: '!== null) return undefined',
    caughtBy: {
      file: 'core/hooks.test.ts',
      name: 'has the last word on a permission that a member holds, and gives none that it does not',
    },
  },
  {
    name: 'takes back other people’s reactions',
    file: 'core/reactions.ts',
    find: "if (row && row.userId !== userId) throw forbidden('only your own reactions')",
    replace: '',
    caughtBy: { file: 'core/reactions.test.ts', name: 'can be read one by one, and taken back by who made them' },
  },
  {
    name: 'keeps both of two reactions of which one excludes the other',
    file: 'core/reactions.ts',
    find: 'if (policy.exclusive)',
    replace: 'if (!policy.exclusive)',
    caughtBy: {
      file: 'core/reaction-policies.test.ts',
      name: 'takes one of the two, and the second one in place of the first',
    },
  },
  {
    name: 'opens a socket with a ticket of yesterday',
    file: 'core/tickets.ts',
    find: 'if (expiresAt <= now.getTime()) return undefined',
    replace: '',
    caughtBy: { file: 'realtime/tickets.test.ts', name: 'opens nothing after 30 s' },
  },
  {
    name: 'takes the cursor of another list',
    file: 'core/signatures.ts',
    find: 'const nameOf = (list: string): Buffer => Buffer.from(list)',
    replace: "const nameOf = (_: string): Buffer => Buffer.from('')",
    caughtBy: {
      file: 'core/cursors.test.ts',
      name: 'take no cursor of another list, another question or another person',
    },
  },
  {
    name: 'keeps what turns the direction of a file’s name',
    file: 'core/media/filenames.ts',
    find: '\\p{Default_Ignorable_Code_Point}',
    replace: '',
    caughtBy: {
      file: 'media/uploads.test.ts',
      name: 'have names of bounded length, without paths and what is invisible',
    },
  },
  {
    name: 'leaves a file the ending that it came with',
    file: 'core/media/filenames.ts',
    find: 'const isOwn = allowed.includes(own.toLowerCase())',
    replace: "const isOwn = own !== ''",
    caughtBy: { file: 'attacks/filenames.test.ts', name: 'always end as their own kind does' },
  },
  {
    name: 'sweeps away files that have just come',
    file: 'core/media/sweep.ts',
    find: 'if (modifiedAt >= before || !ownKey.test(key)) continue',
    replace: 'if (!ownKey.test(key)) continue',
    caughtBy: {
      file: 'media/sweep.test.ts',
      name: 'takes files of which no row speaks, but none that is young or not the library’s own',
    },
  },
  {
    name: 'lets the last owner step down',
    file: 'core/room-granting.ts',
    find: 'if (stepsDown && (await countOwners(db, room.id)) === 1)',
    replace: 'if (stepsDown && (await countOwners(db, room.id)) === 0)',
    caughtBy: { file: 'core/grants.test.ts', name: 'shares ownership, and leaves a room never without an owner' },
  },
  {
    name: 'keeps the reactions of a deleted message',
    file: 'store/messages.ts',
    find: `  reactions: '[]',
  system: null,
`,
    replace: `  system: null,
`,
    caughtBy: {
      file: 'core/messages-changing.test.ts',
      name: 'leaves a tombstone that holds nothing of what was said',
    },
  },
  {
    name: 'writes since when somebody is gone only after they can be found nowhere',
    file: 'core/presence.ts',
    find: `      await work.write((db) => touchUsers(db, gone, now))
      if (lease) await work.write((db) => deletePresences(db, lease, gone))`,
    replace: `      if (lease) await work.write((db) => deletePresences(db, lease, gone))
      await work.write((db) => touchUsers(db, gone, now))`,
    caughtBy: {
      file: 'realtime/presence.test.ts',
      name: 'ends for whoever asks only once it is written since when',
    },
  },
  {
    name: 'says that somebody is gone who came back within two seconds',
    file: 'core/presence.ts',
    find: `    this.#leaving.delete(userId)
    this.#sockets.set(`,
    replace: '    this.#sockets.set(',
    caughtBy: {
      file: 'realtime/presence.test.ts',
      name: 'does not tell of one who is back within two seconds, on whatever server',
    },
  },
  {
    name: 'serves a part of a file that is not there',
    file: 'http/ranges.ts',
    find: "return start >= size ? 'none'",
    replace: "return start > size ? 'none'",
    caughtBy: { file: 'media/serving.test.ts', name: 'by range: bytes=1000- is 416' },
  },
  {
    name: 'takes a body over the limit that the host has read',
    file: 'http/body.ts',
    find: 'if (!isMeasured && sizeOf(body) > limit) throw tooLarge(limit)',
    replace: '',
    caughtBy: {
      file: 'http/bodies.test.ts',
      name: 'with express.text() for everything in front of the chat refuses a body over the limit, whoever read it and however it came',
    },
  },
  {
    name: 'takes a parameter that is given twice',
    file: 'http/parameters.ts',
    find: "if (Object.hasOwn(given, key)) throw invalidAt([{ pointer: key, detail: 'must be given once' }])",
    replace: '',
    caughtBy: {
      file: 'http/bad-input.test.ts',
      name: 'refuses query parameters that are malformed or given twice, and knows no others',
    },
  },
  {
    name: 'shows a file in place that a browser might run',
    file: 'http/serve-file.ts',
    find: "isInline(contentType) ? 'inline' : 'attachment'",
    replace: "isInline(contentType) ? 'attachment' : 'inline'",
    caughtBy: {
      file: 'media/serving.test.ts',
      name: 'inert: as what they are, to be saved, sandboxed, and kept by nobody but the reader',
    },
  },
  {
    name: 'pings all sockets at once',
    file: 'realtime/heartbeat.ts',
    find: 'this.#parts[this.#last]?.add(connection)',
    replace: 'this.#parts[0]?.add(connection)',
    caughtBy: {
      file: 'realtime/heartbeat.test.ts',
      name: 'pings each so long after it came, not thousands at once',
    },
  },
  {
    name: 'replays one change more than it may',
    file: 'realtime/delivery/replay.ts',
    find: 'const most = 500',
    replace: 'const most = 501',
    caughtBy: {
      file: 'realtime/resume.test.ts',
      name: 'is told everything up to 500 changes, and of more only that the room is to be read anew',
    },
  },
  {
    name: 'lets a name that types go before its time',
    file: 'realtime/typing.ts',
    find: `    clearTimeout(existing?.timer)
`,
    replace: '',
    caughtBy: { file: 'realtime/ephemeral.test.ts', name: 'ends by itself 6 s after it was said last' },
  },
  {
    name: 'forgets of whose presence it has just answered',
    file: 'realtime/presence.ts',
    find: 'for (const userId of present) (subscriptions.get(userId) as Subscription).isOnline = true',
    replace: '',
    caughtBy: {
      file: 'realtime/ephemeral.test.ts',
      name: 'answers who of those watched is here, and tells of each who comes and goes',
    },
  },
  {
    name: 'lets in a page of a site whose name begins like the host’s',
    file: 'core/origins.ts',
    find: 'this.listed.includes(origin)) return true',
    replace: 'this.listed.some((listed) => origin.startsWith(listed))) return true',
    caughtBy: {
      file: 'realtime/upgrade.test.ts',
      name: 'of another site is answered with 403: https://app.example.com.evil.example',
    },
  },
  {
    name: 'takes a bearer token for enough where a cookie comes with it',
    file: 'core/origins.ts',
    find: 'cookie === undefined && ',
    replace: 'cookie !== null && ',
    caughtBy: { file: 'realtime/origin.test.ts', name: 'from anywhere with a bearer token and no cookie' },
  },
  {
    name: 'believes any proxy of what the host is called',
    file: 'core/host-app.ts',
    find: 'trust?.(socket.remoteAddress, 0)',
    replace: 'trust',
    caughtBy: {
      file: 'realtime/origin.test.ts',
      name: 'the host is what a proxy says that the app trusts, and what came else',
    },
  },
  {
    name: 'takes a promise of the last word for a yes',
    file: 'core/hooks.ts',
    find: 'if (!isPromise(answer)) return answer !== false',
    replace: 'if (answer !== null) return answer !== false',
    caughtBy: {
      file: 'core/hooks.test.ts',
      name: 'is an error of the host’s where it gives a promise, which never counts as a yes',
    },
  },
  {
    name: 'lets bytes of media be compressed on the way',
    file: 'http/serve-file.ts',
    find: 'kept}, no-transform',
    replace: 'kept}',
    caughtBy: {
      file: 'media/serving.test.ts',
      name: 'as they are, whole and in part, while answers of the API are compressed',
    },
  },
  {
    name: 'lets somebody in by their cookie whose ticket is spent',
    file: 'realtime/upgrade.ts',
    find: `    if (ticket !== undefined) {
      const holder = await tickets.spend(ticket)
      if (!holder) throw unauthenticated()`,
    replace: `    const holder = ticket === undefined ? undefined : await tickets.spend(ticket)
    if (holder) {`,
    caughtBy: {
      file: 'realtime/tickets.test.ts',
      name: 'does not fall back on who the request is: one that is spent is spent',
    },
  },
  {
    name: 'opens a socket with a ticket from before its user was signed out',
    file: 'core/revocations.ts',
    find: 'if (found !== null && found !== admitted.revocation) throw unauthenticated()',
    replace: 'if (found === undefined) throw unauthenticated()',
    caughtBy: {
      file: 'attacks/revocation.test.ts',
      name: 'ends the use of every ticket from before, and of none from after',
    },
  },
  {
    name: 'lets in who was signed out while the host was asked',
    file: 'core/revocations.ts',
    find: 'if (found === null || found === known) return',
    replace: 'if (found !== undefined) return',
    caughtBy: {
      file: 'attacks/revocation.test.ts',
      name: 'ends with a disconnect elsewhere while the host is asked: an upgrade',
    },
  },
  {
    name: 'lets in who is signed out here while the database is asked',
    file: 'core/revocations.ts',
    find: 'if (!admission.isStale) return found',
    replace: 'return found',
    caughtBy: {
      file: 'attacks/revocation.test.ts',
      name: 'ends with a disconnect here that is remembered while the answer to ChatRevocation.findMany is on its way',
    },
  },
  {
    name: 'finds on an upgrade the session that the middleware found before',
    file: 'realtime/upgrade.ts',
    find: 'if (!own.has(key)) Reflect.deleteProperty(request, key)',
    replace: 'own.has(key)',
    caughtBy: {
      file: 'attacks/revocation.test.ts',
      name: 'asks the host’s middleware again, too, since that is where a session is looked up',
    },
  },
  {
    name: 'ends with a revocation what began after it',
    file: 'realtime/sign-outs.ts',
    find: 'if (connection.revocation !== revocation) connection.close',
    replace: 'connection.close',
    caughtBy: {
      file: 'attacks/revocation.test.ts',
      name: 'ends the sockets here with the next poll, and none that began after it',
    },
  },
  {
    name: 'obeys on the bus what is said again',
    file: 'realtime/replay-guard.ts',
    find: 'seen.has(number) || ',
    replace: '',
    caughtBy: { file: 'attacks/bus.test.ts', name: 'each parcel once, in whatever order they come' },
  },
  {
    name: 'lets pages of other sites change something by a form',
    file: 'http/create-http.ts',
    find: '!isSafe(request) && ',
    replace: "request.method === 'OPTIONS' && ",
    caughtBy: { file: 'attacks/csrf.test.ts', name: 'is refused before a byte of it is read' },
  },
  {
    name: 'believes hints that nobody signed',
    file: 'realtime/bus-publisher.ts',
    find: 'if (!this.#signer.verify(body, signature)) return',
    replace: 'if (signature.length < 43) return',
    caughtBy: { file: 'realtime/bus.test.ts', name: 'what is not a hint of this chat is passed over' },
  },
  {
    name: 'tells what is typed before a removal that came first',
    file: 'realtime/delivery/channel.ts',
    find: 'if (revision <= this.delivered) {\n      // What came before it',
    replace: `this.delivered = Math.max(this.delivered, revision)
    if (revision <= this.delivered) {
      // What came before it`,
    caughtBy: { file: 'realtime/bus.test.ts', name: 'holds for what is typed and read on the late server itself' },
  },
  {
    name: 'lets a token in that never ends',
    file: 'users/jwt.ts',
    find: "if (typeof payload === 'string' || typeof payload.exp !== 'number') return null",
    replace: "if (typeof payload === 'string') return null",
    caughtBy: { file: 'users/jwt.test.ts', name: 'without an expiry is nobody’s' },
  },
  {
    name: 'reads files outside of its folder',
    file: 'storage/disk.ts',
    find: 'const isKey = /^[\\w-]{1,100}(\\.part)?$/',
    replace: 'const isKey = /[\\w-]{1,100}(\\.part)?$/',
    caughtBy: { file: 'storage/disk.test.ts', name: 'never leaves its folder' },
  },
  {
    name: 'sees files of others in its bucket',
    file: 'storage/s3.ts',
    find: '{ Bucket, Prefix: prefix }',
    replace: '{ Bucket }',
    caughtBy: { file: 'storage/s3.test.ts', name: 'sees nothing of what lies beside its prefix' },
  },
  {
    name: 'goes on telling hints to who has ended',
    file: 'bus/memory.ts',
    find: 'listeners.has(listen) && listen(hint)',
    replace: 'listen(hint)',
    caughtBy: {
      file: 'bus/contract.test.ts',
      name: 'a bus in memory says nothing to one who ends while a hint is on its way',
    },
  },
  {
    name: 'publishes where nobody here listens',
    file: 'bus/postgres.ts',
    find: "if (this.#listeners.size === 0) throw new Error('postgresBus publishes for those who are subscribed')",
    replace: '',
    caughtBy: { file: 'bus/postgres.test.ts', name: 'refuses to publish what nobody here listens to' },
  },
  {
    name: 'takes the lock of a room before it asks who may change it',
    file: 'core/room-change.ts',
    find: "if (typeof actor === 'string' && !isChecked) {",
    replace: 'if (false) {',
    caughtBy: { file: 'attacks/outsiders.test.ts', name: 'and so is a member without the permission' },
  },
  {
    name: 'lets one user take the places of all others',
    file: 'core/gate.ts',
    find: 'if (count >= requestsPerUser)',
    replace: 'if (count >= requestsAtOnce)',
    caughtBy: { file: 'core/gate.test.ts', name: 'are not for one of them alone, whatever that one asks' },
  },
  {
    name: 'brings any number of people into rooms',
    file: 'http/route.ts',
    find: "if (people > 0) await rates.take('adds', session.userId, people)",
    replace: '',
    caughtBy: { file: 'attacks/rates.test.ts', name: 'are counted, each of them, whichever way they come' },
  },
  {
    name: 'leaves all kinds of reactions to one member',
    file: 'core/reactions.ts',
    find: 'if (!policy.exclusive && own.length >= mostOfOne) {',
    replace: 'if (false) {',
    caughtBy: { file: 'attacks/hello.test.ts', name: 'are never all one member’s' },
  },
]
