import { afterAll, describe, expect, it } from 'vitest'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { picture } from '../media/pictures.js'
import { fetchFile, upload } from '../media/upload.js'

// Create the media, then the message with its id.

describe.each(databases)('Send a picture to a room on $name', (database) => {
  const { storage, remove } = givenStorage()
  const host = shareHost(database, { storage })
  afterAll(remove)

  it('Alice sends a picture, and everybody in the room sees it', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const bob = await host.socket('bob')
    await bob.ready()

    const bytes = await picture(40, 30)
    const uploaded = await upload(host, 'alice', bytes, 'holiday.png')
    expect(uploaded.status).toBe(201)
    const mediaId = uploaded.body.id

    const sent = await room.say('alice', { text: 'Look!', mediaIds: [mediaId] })
    const holiday = {
      id: mediaId,
      filename: 'holiday.png',
      contentType: 'image/png',
      width: 40,
      height: 30,
      uploadedById: 'alice',
      url: expect.stringContaining(`/chat/media/${mediaId}/content?`),
    }
    expect(sent).toMatchObject({ text: 'Look!', media: [holiday] })
    expect((await bob.next('message.created')).message).toMatchObject({ id: sent.id, media: [holiday] })
    expect((await room.as('bob').get('/messages')).body.items.at(-1)).toMatchObject({ text: 'Look!', media: [holiday] })
    const { lastMessage } = (await room.as('bob').get('')).body
    expect(lastMessage).toMatchObject({ media: [holiday] })
    // The URL goes into an <img> as it is.
    const file = await fetchFile(host, lastMessage.media[0].url)
    expect({ status: file.status, bytes: file.bytes }).toEqual({ status: 200, bytes })

    // It is Alice's, and it was sent: nobody sends it again.
    for (const userId of ['alice', 'bob']) {
      expect((await room.as(userId).post('/messages', { mediaIds: [mediaId] })).status).toBe(400)
    }
  })
})
