import type { ShownMessage } from 'express-chat/client'
import { useConversation } from './conversation-actions.js'
import { Message } from './message.js'
import type { Row } from './rows.js'

interface TimelineRowProps {
  row: Row
  allReadSeq: number
  isCurrent: boolean
  isOpen: boolean
}

export function TimelineRow({ row, allReadSeq, isCurrent, isOpen }: TimelineRowProps) {
  const { myId } = useConversation()
  const { message, day, isFirstUnread, isWhereOneJoined, continues, isContinued } = row
  return (
    <>
      {isWhereOneJoined && (
        <p className="day">
          <span>You see what was written from when you joined</span>
        </p>
      )}
      {day !== null && (
        <h3 className="day">
          <span>{day}</span>
        </h3>
      )}
      {isFirstUnread && <p className="unread-divider">New messages</p>}
      <Message
        message={message}
        continues={continues}
        isContinued={isContinued}
        isRead={isReadByAll(message, myId, allReadSeq)}
        isCurrent={isCurrent}
        isOpen={isOpen}
      />
    </>
  )
}

const isReadByAll = ({ seq, user }: ShownMessage, myId: string, allReadSeq: number): boolean =>
  seq > 0 && user?.id === myId && seq <= allReadSeq
