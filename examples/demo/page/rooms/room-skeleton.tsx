/** What stands for rooms that are still read: in place of a list, or below the part that is there. */
export function RoomSkeleton({ isPartial }: { isPartial: boolean }) {
  return (
    <>
      <p className={isPartial ? 'room-section' : 'for-screen-readers'} role="status">
        {isPartial ? 'Loading more rooms…' : 'Loading rooms…'}
      </p>
      <ul className="room-list" aria-hidden="true">
        {['1', '2', '3', ...(isPartial ? [] : ['4', '5', '6'])].map((each) => (
          <li key={each} className="room-row skeleton">
            <span className="avatar size-l" />
            <span className="room-row-lines">
              <span className="bone" />
              <span className="bone long" />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
