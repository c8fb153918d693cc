/*
 * One room, its row in the database, and two servers. Each server writes to the room and delivers what happens in it to
 * the readers who are connected to it. One of the writes removes a reader.
 *
 * spin -run room.pml                  explores every order of steps
 * spin -run -DNO_FENCE room.pml       the same with a mistake, which must be found
 */
#define SERVERS 2
#define COMMITS 3
/* How long a transaction may take, and how far a look goes back behind the look before it, in ticks of the database's clock. */
#define LONGEST 1
#ifndef OVERLAP
#define OVERLAP 1
#endif
#define TICKS 2

/* The room's row, as it is committed. */
byte revision = 0;
byte stamp = 0;
/* Who holds its lock, and since when. */
bool isLocked = false;
byte lockedAt = 0;
/* The revision that removed the reader; 0 for none. */
byte removal = 0;
byte now = 0;
byte written = 0;

typedef Server {
  bool isDead;
  /* The last revision that was given to the readers here, and the highest that was heard of. */
  byte delivered;
  byte newest;
  /* When it last looked which rooms moved, by the database's clock. */
  byte lookedAt;
  bool isReaderOut;
  /* What arrives: late, in any order, any number of times, or never. */
  bool event[COMMITS + 1];
  bool hint[COMMITS + 1];
}
Server servers[SERVERS];

/* A server gives a revision to the readers who are connected to it. */
inline deliver(s, r) {
#ifndef NO_FENCE
  /* Strictly the next one: nothing is missed, and nothing comes twice. */
  assert(r == servers[s].delivered + 1);
#endif
  /* The reader hears it unless the removal was delivered before, so nothing of what came after the removal. */
  assert(servers[s].isReaderOut || removal == 0 || r <= removal);
  servers[s].isReaderOut = servers[s].isReaderOut || (removal == r && r > 0);
  servers[s].delivered = r
}

/* What this server committed itself arrives. */
inline accept(s, r) {
#ifdef NO_FENCE
  deliver(s, r)
#else
  if
  :: r == servers[s].delivered + 1 -> deliver(s, r)
  :: else -> servers[s].newest = r
  fi
#endif
}

/* What another server says arrives. */
inline hear(s, r) {
#ifdef HINT_AS_TRUTH
  servers[s].delivered = r;
#endif
  servers[s].newest = r
}

#ifdef NO_FENCE
#define canAccept(s, r) (!servers[s].isDead && servers[s].event[r] && r > servers[s].delivered)
#else
#define canAccept(s, r) (!servers[s].isDead && servers[s].event[r] && r > servers[s].delivered && (r == servers[s].delivered + 1 || r > servers[s].newest))
#endif
#define canHear(s, r) (!servers[s].isDead && servers[s].hint[r] && r > servers[s].newest && r > servers[s].delivered)

/* Appends without a lock between reading and writing: one statement writes if the room is still as it was read. */
proctype Writer(byte s; bool removes) {
  byte seen;
  byte mine;
again:
  seen = revision;
  atomic {
    !isLocked;
    if
#ifndef NO_CONDITION
    :: revision != seen -> goto again
    :: revision == seen ->
#else
    :: true ->
#endif
      isLocked = true;
      lockedAt = now;
      mine = now
    fi
  }
  /* Between the stamp and the commit time passes. */
  atomic {
    /* Each revision is given once. */
    assert(revision == seen);
    revision = seen + 1;
    stamp = mine;
    mine = 0;
    if
    :: removes -> removal = revision
    :: else
    fi;
    isLocked = false;
    lockedAt = 0;
    written++
  }
  atomic {
    if
    :: servers[s].event[seen + 1] = true;
      servers[1 - s].hint[seen + 1] = true
    /* It dies between the commit and the hint. */
    :: !servers[1 - s].isDead -> servers[s].isDead = true
    fi;
    seen = 0
  }
}

/* The clock of the database: no transaction is open for longer than LONGEST. */
proctype Clock() {
  do
  :: atomic { now < TICKS && written < COMMITS && !(isLocked && now - lockedAt >= LONGEST) -> now++ }
  :: atomic { now == TICKS || written == COMMITS -> break }
  od
}

proctype Delivery(byte s) {
  byte upTo;
  do
  :: atomic { servers[s].isDead -> break }
  :: atomic { canAccept(s, 1) -> accept(s, 1) }
  :: atomic { canAccept(s, 2) -> accept(s, 2) }
  :: atomic { canAccept(s, 3) -> accept(s, 3) }
  :: atomic { canHear(s, 1) -> hear(s, 1) }
  :: atomic { canHear(s, 2) -> hear(s, 2) }
  :: atomic { canHear(s, 3) -> hear(s, 3) }
  /* There is a gap: it is read from the database, up to where the room is by now. */
  :: atomic {
      !servers[s].isDead && servers[s].newest > servers[s].delivered ->
      upTo = revision;
      do
      :: servers[s].delivered < upTo -> deliver(s, servers[s].delivered + 1)
      :: else -> break
      od;
      upTo = 0;
      servers[s].newest = servers[s].delivered
    }
  /* The poll: which rooms have a stamp since some time before the last look. It comes at any time, and once after the last commit. */
  :: atomic {
      !servers[s].isDead && (servers[s].lookedAt < now || written == COMMITS) ->
      if
      :: revision > servers[s].newest && revision > servers[s].delivered && stamp + OVERLAP >= servers[s].lookedAt ->
        servers[s].newest = revision
      :: else
      fi;
      servers[s].lookedAt = now;
      if
      :: written == COMMITS && servers[s].newest <= servers[s].delivered -> break
      :: else
      fi
    }
  od;
  /* Whoever lives has all, once they have looked after the last commit. */
  assert(servers[s].isDead || servers[s].delivered == revision)
}

init {
  atomic {
    run Clock();
    run Delivery(0);
    run Delivery(1);
    run Writer(0, false);
    run Writer(1, true);
    run Writer(0, false)
  }
}
