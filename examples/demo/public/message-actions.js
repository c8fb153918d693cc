import { confirm } from './dialogs.js'
import { createPictureDialog } from './picture-dialog.js'
import { createReactionMenu } from './reaction-menu.js'
import { attempt } from './toast.js'

/** What people do with messages. Sending waits in the outbox; everything else is done now or not at all. */
export function createMessageActions({ store, connection, outbox, getComposer, onJump }) {
  const reactionMenu = createReactionMenu()
  const showPicture = createPictureDialog()

  /** A menu or a question may have been open for a while. */
  const latest = (message) => store.get(message.roomId)?.message(message.id) ?? message

  const command = (type, { id, roomId }, fields) =>
    attempt(() => connection.command(type, { roomId, messageId: id, ...fields }))

  function toggle({ id, roomId, myReactions }, reaction) {
    return command(myReactions.includes(reaction) ? 'reaction.remove' : 'reaction.add', { id, roomId }, { reaction })
  }

  async function remove(message) {
    if (await confirm('Delete this message for everybody?', 'Delete')) await command('message.delete', message)
  }

  return {
    send(roomId, text, replyTo, media) {
      const quote = replyTo && {
        id: replyTo.id,
        seq: replyTo.seq,
        userId: replyTo.user?.id ?? null,
        text: replyTo.text,
      }
      outbox.add(roomId, text, quote, media)
    },

    /** True if it was saved. */
    async edit(message, text) {
      const edited = await command('message.edit', message, { text })
      if (edited) store.takeMessage(edited)
      return Boolean(edited)
    },

    editLast(conversation) {
      const isMine = ({ kind, user, deletedAt }) => kind === 'user' && user?.id === store.me.id && !deletedAt
      const last = conversation.messages.findLast(isMine)
      if (last && conversation.can('canEditOwnMessages')) getComposer().edit(last)
    },

    /** Runs the action that a message's button names. */
    run(action, { message, entry }, button) {
      const actions = {
        react: () => reactionMenu.open(button, (reaction) => toggle(latest(message), reaction)),
        toggle: () => toggle(latest(message), button.dataset.reaction),
        reply: () => getComposer().reply(message),
        edit: () => getComposer().edit(latest(message)),
        delete: () => remove(message),
        enlarge: () => showPicture(message.media.find(({ id }) => id === button.dataset.mediaId)),
        jump: () => onJump(message.replyTo),
        retry: () => outbox.retry(entry.clientId),
        discard: () => outbox.remove(entry.clientId),
      }
      actions[action]()
    },
  }
}
