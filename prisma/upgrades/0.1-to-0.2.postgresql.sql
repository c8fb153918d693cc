-- From the tables of 0.1 to those of 0.2, with what is in them. Run it once, in a transaction, while no server of 0.1 runs.

-- What nobody has to read: messages of the system, and deleted ones.
CREATE TABLE "chat_uncounted_messages" (
    "room_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "chat_uncounted_messages_pkey" PRIMARY KEY ("room_id","seq")
);

INSERT INTO "chat_uncounted_messages" ("room_id", "seq")
SELECT m."room_id", m."seq"
FROM "chat_messages" m JOIN "chat_rooms" r ON r."id" = m."room_id"
WHERE r."deleted_at" IS NULL AND (m."kind" = 'system' OR m."deleted_at" IS NOT NULL);

-- What a message of the system says happened. Those of before, which have only words, count as the host's own.
ALTER TABLE "chat_messages" ADD COLUMN "system" TEXT;

-- When a name, a description or a picture changed.
ALTER TABLE "chat_users" ADD COLUMN "changed_at" TIMESTAMP(3);

CREATE INDEX "chat_users_changed_at_idx" ON "chat_users"("changed_at");

-- Whose people and rooms they are; without tenants nobody's in particular.
ALTER TABLE "chat_users" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT '';
ALTER TABLE "chat_rooms" ADD COLUMN "tenant_id" TEXT NOT NULL DEFAULT '';

DROP INDEX "chat_rooms_is_public_idx";

CREATE INDEX "chat_users_tenant_id_id_idx" ON "chat_users"("tenant_id", "id");

CREATE INDEX "chat_rooms_tenant_id_is_public_idx" ON "chat_rooms"("tenant_id", "is_public");

-- Names of the host's own for rooms: there are none yet.
ALTER TABLE "chat_rooms" ADD COLUMN "key" TEXT;
CREATE UNIQUE INDEX "chat_rooms_tenant_id_key_key" ON "chat_rooms"("tenant_id", "key");

-- What keeps somebody from writing, and rooms that nobody owns: those that your own code made with nobody in them.
ALTER TABLE "chat_rooms" ADD COLUMN "is_blocked" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "chat_rooms" ADD COLUMN "is_ownerless" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "chat_rooms" ADD COLUMN "slow_mode_seconds" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_room_users" ADD COLUMN "silenced_until" TIMESTAMP(3);
ALTER TABLE "chat_room_users" ADD COLUMN "last_sent_at" TIMESTAMP(3);
ALTER TABLE "chat_room_users" ADD COLUMN "request" TEXT;

UPDATE "chat_rooms" SET "is_ownerless" = true
WHERE "type" <> 'private' AND "created_by_id" IS NULL AND "member_count" = 0 AND "deleted_at" IS NULL;

-- Who was signed out everywhere, until the tickets from before have expired.
CREATE TABLE "chat_revocations" (
    "user_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_revocations_pkey" PRIMARY KEY ("user_id")
);

CREATE INDEX "chat_revocations_expires_at_idx" ON "chat_revocations"("expires_at");

-- Who is kept out of a room.
CREATE TABLE "chat_bans" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "until" TIMESTAMP(3),
    "reason" TEXT,
    "banned_by_id" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_bans_pkey" PRIMARY KEY ("room_id","user_id")
);

-- Who wants nothing to do with whom.
CREATE TABLE "chat_blocks" (
    "user_id" TEXT NOT NULL,
    "blocked_id" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_blocks_pkey" PRIMARY KEY ("user_id","blocked_id")
);

CREATE INDEX "chat_blocks_blocked_id_idx" ON "chat_blocks"("blocked_id");

-- What was reported.
CREATE TABLE "chat_reports" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "author_id" TEXT,
    "reporter_id" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "copy" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "note" TEXT,
    "handled_by_id" TEXT,
    "handled_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_reports_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "chat_reports_status_id_idx" ON "chat_reports"("status", "id");

CREATE UNIQUE INDEX "chat_reports_message_id_reporter_id_key" ON "chat_reports"("message_id", "reporter_id");

-- Who did what to whom.
CREATE TABLE "chat_audit_entries" (
    "id" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "actor_id" TEXT,
    "room_id" TEXT,
    "user_id" TEXT,
    "message_id" TEXT,
    "reason" TEXT,
    "details" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_audit_entries_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "chat_audit_entries_room_id_id_idx" ON "chat_audit_entries"("room_id", "id");

CREATE INDEX "chat_audit_entries_user_id_id_idx" ON "chat_audit_entries"("user_id", "id");

CREATE INDEX "chat_audit_entries_actor_id_id_idx" ON "chat_audit_entries"("actor_id", "id");

-- What the search knows of messages; the chat fills it by itself.
CREATE TABLE "chat_search_blocks" (
    "room_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "up_to" INTEGER NOT NULL,
    "last_at" TIMESTAMP(3) NOT NULL,
    "filter" BYTEA NOT NULL,

    CONSTRAINT "chat_search_blocks_pkey" PRIMARY KEY ("room_id","number")
);

-- How many sockets somebody has on a server, and when the newest of them opened: a user's are counted over all servers.
ALTER TABLE "chat_presences" ADD COLUMN "sockets" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "chat_presences" ADD COLUMN "opened_at" TIMESTAMP(3);
ALTER TABLE "chat_presences" ADD COLUMN "in_front" BOOLEAN NOT NULL DEFAULT true;

-- In a room time does not go back: a message that a clock which was behind, by a day at most, dates before an older one counts
-- as no older than that.
UPDATE "chat_messages" SET "created_at" = "times"."at"
FROM (
    SELECT "id", MAX("created_at") OVER (PARTITION BY "room_id" ORDER BY "seq") AS "at"
    FROM "chat_messages" WHERE "deleted_at" IS NULL
) "times"
WHERE "times"."id" = "chat_messages"."id" AND "chat_messages"."created_at" < "times"."at"
    AND "times"."at" - "chat_messages"."created_at" <= INTERVAL '1 day';

-- How often, and when, somebody last changed something of a room for themselves (what they have read, whether it is muted), or joined it.
ALTER TABLE "chat_room_users" ADD COLUMN "me_revision" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_room_users" ADD COLUMN "me_changed_at" TIMESTAMP(3);

CREATE INDEX "chat_room_users_user_id_me_changed_at_idx" ON "chat_room_users"("user_id", "me_changed_at");

-- When a room last moved, by the clock of the database.
ALTER TABLE "chat_rooms" ADD COLUMN "changed_at" DOUBLE PRECISION NOT NULL DEFAULT 0;

CREATE INDEX "chat_rooms_changed_at_idx" ON "chat_rooms"("changed_at");

-- Which messages of a room are pinned.
CREATE TABLE "chat_pins" (
    "room_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,

    CONSTRAINT "chat_pins_pkey" PRIMARY KEY ("room_id","revision")
);

-- What messages said before they were edited.
CREATE TABLE "chat_message_edits" (
    "message_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "mentions" TEXT NOT NULL,
    "data" TEXT,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_message_edits_pkey" PRIMARY KEY ("message_id","revision")
);

-- Links that let people into rooms.
CREATE TABLE "chat_invites" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "code_hash" TEXT NOT NULL,
    "created_by_id" TEXT,
    "expires_at" TIMESTAMP(3),
    "uses" INTEGER NOT NULL DEFAULT 0,
    "uses_left" INTEGER,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_invites_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "chat_invites_code_hash_key" ON "chat_invites"("code_hash");

CREATE INDEX "chat_invites_room_id_id_idx" ON "chat_invites"("room_id", "id");

-- Who is mentioned by messages that they have not read; with an empty `user_id` everyone.
CREATE TABLE "chat_mentions" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "author_id" TEXT,

    CONSTRAINT "chat_mentions_pkey" PRIMARY KEY ("room_id","user_id","seq")
);

INSERT INTO "chat_mentions" ("room_id", "user_id", "seq", "author_id")
SELECT DISTINCT m."room_id", u."user_id", m."seq", m."user_id"
FROM "chat_messages" m
CROSS JOIN LATERAL json_array_elements_text(m."mentions"::json) AS j("user_id")
JOIN "chat_room_users" u ON u."room_id" = m."room_id" AND u."user_id" = j."user_id"
JOIN "chat_rooms" r ON r."id" = m."room_id"
WHERE m."mentions" <> '[]' AND m."deleted_at" IS NULL AND r."deleted_at" IS NULL
    AND u."left_at" IS NULL AND u."last_read_seq" < m."seq";

-- The replies of each thread in their order.
CREATE TABLE "chat_thread_replies" (
    "thread_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,

    CONSTRAINT "chat_thread_replies_pkey" PRIMARY KEY ("thread_id","seq")
);

-- Who follows a thread, and how far they have read in it.
CREATE TABLE "chat_thread_followers" (
    "thread_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "is_following" BOOLEAN NOT NULL DEFAULT true,
    "last_read_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "chat_thread_followers_pkey" PRIMARY KEY ("thread_id","user_id")
);

CREATE INDEX "chat_thread_followers_user_id_is_following_idx" ON "chat_thread_followers"("user_id", "is_following");
CREATE INDEX "chat_thread_followers_room_id_idx" ON "chat_thread_followers"("room_id");

-- A piece of media is shared by the messages that forward it.
ALTER TABLE "chat_message_media" DROP CONSTRAINT "chat_message_media_pkey",
    ADD CONSTRAINT "chat_message_media_pkey" PRIMARY KEY ("message_id", "sequence");
DROP INDEX "chat_message_media_message_id_sequence_key";
CREATE INDEX "chat_message_media_media_id_idx" ON "chat_message_media"("media_id");

-- Messages that are to be sent later.
CREATE TABLE "chat_scheduled_messages" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "user_id" TEXT,
    "client_id" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "draft" TEXT NOT NULL,
    "send_at" TIMESTAMP(3) NOT NULL,
    "due_at" TIMESTAMP(3),
    "failure" TEXT,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_scheduled_messages_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "chat_scheduled_messages_due_at_idx" ON "chat_scheduled_messages"("due_at");
CREATE UNIQUE INDEX "chat_scheduled_messages_user_id_room_id_client_id_key" ON "chat_scheduled_messages"("user_id", "room_id", "client_id");

-- Durable subscriptions: how far your code was told what happens.
CREATE TABLE "chat_subscriptions" (
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "ended_at" TIMESTAMP(3),

    CONSTRAINT "chat_subscriptions_pkey" PRIMARY KEY ("name")
);

CREATE TABLE "chat_subscription_positions" (
    "name" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "held_by" TEXT,
    "held_until" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "failed_at" TIMESTAMP(3),

    CONSTRAINT "chat_subscription_positions_pkey" PRIMARY KEY ("name","room_id")
);

CREATE INDEX "chat_subscription_positions_name_held_until_idx" ON "chat_subscription_positions"("name", "held_until");

CREATE INDEX "chat_subscription_positions_name_failed_at_room_id_idx" ON "chat_subscription_positions"("name", "failed_at", "room_id");

-- Notifications: whom to look at, and up to where people were notified.
CREATE TABLE "chat_notices" (
    "user_id" TEXT NOT NULL,
    "due_at" DOUBLE PRECISION NOT NULL,
    "wanted_at" DOUBLE PRECISION,
    "held_by" TEXT,
    "batch_id" TEXT,
    "batch" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "failed_at" TIMESTAMP(3),

    CONSTRAINT "chat_notices_pkey" PRIMARY KEY ("user_id")
);

CREATE INDEX "chat_notices_due_at_idx" ON "chat_notices"("due_at");

CREATE INDEX "chat_notices_failed_at_user_id_idx" ON "chat_notices"("failed_at", "user_id");

CREATE TABLE "chat_notified" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "chat_notified_pkey" PRIMARY KEY ("room_id","user_id")
);

-- Of whom everything is being erased, or was.
CREATE TABLE "chat_erasures" (
    "id" TEXT NOT NULL,
    "user_id" TEXT,
    "messages" TEXT NOT NULL,
    "step" INTEGER NOT NULL DEFAULT 0,
    "cursor" TEXT NOT NULL DEFAULT '',
    "due_at" TIMESTAMP(3),
    "revision" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,
    "requested_at" TIMESTAMP(3) NOT NULL,
    "finished_at" TIMESTAMP(3),

    CONSTRAINT "chat_erasures_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "chat_erasures_user_id_key" ON "chat_erasures"("user_id");

CREATE INDEX "chat_erasures_due_at_idx" ON "chat_erasures"("due_at");

-- How long rooms keep messages, and since when they do.
ALTER TABLE "chat_rooms" ADD COLUMN "retention_days" INTEGER;
ALTER TABLE "chat_rooms" ADD COLUMN "kept_since" DOUBLE PRECISION NOT NULL DEFAULT 0;

CREATE INDEX "chat_rooms_retention_days_type_kept_since_idx" ON "chat_rooms"("retention_days", "type", "kept_since");

-- Columns that begin as their default says.
ALTER TABLE "chat_rooms" ADD COLUMN "data" TEXT;
ALTER TABLE "chat_rooms" ADD COLUMN "read_receipts" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "chat_rooms" ADD COLUMN "history_revision" INTEGER;
ALTER TABLE "chat_rooms" ADD COLUMN "erased_revision" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_rooms" ADD COLUMN "purged_seq" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_rooms" ADD COLUMN "purge_held_until" TIMESTAMP(3);
ALTER TABLE "chat_rooms" ADD COLUMN "reply_seq" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_rooms" ADD COLUMN "last_reply_at" TIMESTAMP(3);
ALTER TABLE "chat_room_users" ADD COLUMN "muted_until" TIMESTAMP(3);
ALTER TABLE "chat_room_users" ADD COLUMN "notify" TEXT NOT NULL DEFAULT 'all';
ALTER TABLE "chat_room_users" ADD COLUMN "is_pinned" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "chat_room_users" ADD COLUMN "is_marked_unread" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "chat_room_users" ADD COLUMN "archived_at_seq" INTEGER;
ALTER TABLE "chat_room_users" ADD COLUMN "joined_seq" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_room_users" ADD COLUMN "scheduled_revision" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_messages" ADD COLUMN "mentions_everyone" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "chat_messages" ADD COLUMN "data" TEXT;
ALTER TABLE "chat_messages" ADD COLUMN "said_as" TEXT;
ALTER TABLE "chat_messages" ADD COLUMN "forwarded_from" TEXT;
ALTER TABLE "chat_messages" ADD COLUMN "thread_id" TEXT;
ALTER TABLE "chat_messages" ADD COLUMN "thread_seq" INTEGER;
ALTER TABLE "chat_messages" ADD COLUMN "root_seq" INTEGER;
ALTER TABLE "chat_messages" ADD COLUMN "thread" TEXT;
ALTER TABLE "chat_messages" ADD COLUMN "last_reply_seq" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "chat_messages" ADD COLUMN "last_reply_at" TIMESTAMP(3);
ALTER TABLE "chat_messages" ADD COLUMN "pinned_at" TIMESTAMP(3);
ALTER TABLE "chat_messages" ADD COLUMN "pinned_by_id" TEXT;
ALTER TABLE "chat_media" ADD COLUMN "duration_ms" INTEGER;
