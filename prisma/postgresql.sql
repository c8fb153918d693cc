-- CreateEnum
CREATE TYPE "ChatRoomType" AS ENUM ('private', 'group', 'channel');

-- CreateEnum
CREATE TYPE "ChatRole" AS ENUM ('owner', 'admin', 'member');

-- CreateEnum
CREATE TYPE "ChatMessageKind" AS ENUM ('user', 'system');

-- CreateTable
CREATE TABLE "chat_users" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL DEFAULT '',
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "host_avatar_url" TEXT,
    "avatar_media_id" TEXT,
    "last_seen_at" TIMESTAMP(3),
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "changed_at" TIMESTAMP(3),

    CONSTRAINT "chat_users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_rooms" (
    "id" TEXT NOT NULL,
    "tenant_id" TEXT NOT NULL DEFAULT '',
    "type" "ChatRoomType" NOT NULL,
    "name" TEXT,
    "description" TEXT NOT NULL DEFAULT '',
    "avatar_media_id" TEXT,
    "is_public" BOOLEAN NOT NULL DEFAULT false,
    "created_by_id" TEXT,
    "key" TEXT,
    "data" TEXT,
    "pair_key" TEXT,
    "is_blocked" BOOLEAN NOT NULL DEFAULT false,
    "is_ownerless" BOOLEAN NOT NULL DEFAULT false,
    "slow_mode_seconds" INTEGER NOT NULL DEFAULT 0,
    "read_receipts" BOOLEAN NOT NULL DEFAULT true,
    "history_revision" INTEGER,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "edited_revision" INTEGER NOT NULL DEFAULT 0,
    "erased_revision" INTEGER NOT NULL DEFAULT 0,
    "purged_seq" INTEGER NOT NULL DEFAULT 0,
    "retention_days" INTEGER,
    "kept_since" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "purge_held_until" TIMESTAMP(3),
    "last_message_seq" INTEGER NOT NULL DEFAULT 0,
    "member_count" INTEGER NOT NULL DEFAULT 0,
    "last_message_at" TIMESTAMP(3) NOT NULL,
    "reply_seq" INTEGER NOT NULL DEFAULT 0,
    "last_reply_at" TIMESTAMP(3),
    "changed_at" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL,
    "updated_at" TIMESTAMP(3) NOT NULL,
    "deleted_at" TIMESTAMP(3),

    CONSTRAINT "chat_rooms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_room_users" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" "ChatRole" NOT NULL,
    "can_add_users" BOOLEAN NOT NULL,
    "can_remove_users" BOOLEAN NOT NULL,
    "can_create_messages" BOOLEAN NOT NULL,
    "can_delete_messages" BOOLEAN NOT NULL,
    "can_delete_own_messages" BOOLEAN NOT NULL,
    "can_edit_messages" BOOLEAN NOT NULL,
    "can_edit_own_messages" BOOLEAN NOT NULL,
    "can_edit_room" BOOLEAN NOT NULL,
    "can_delete_room" BOOLEAN NOT NULL,
    "muted" BOOLEAN NOT NULL DEFAULT false,
    "muted_until" TIMESTAMP(3),
    "notify" TEXT NOT NULL DEFAULT 'all',
    "is_pinned" BOOLEAN NOT NULL DEFAULT false,
    "is_marked_unread" BOOLEAN NOT NULL DEFAULT false,
    "archived_at_seq" INTEGER,
    "silenced_until" TIMESTAMP(3),
    "last_sent_at" TIMESTAMP(3),
    "request" TEXT,
    "last_read_seq" INTEGER NOT NULL DEFAULT 0,
    "last_seen_at" TIMESTAMP(3),
    "added_by_id" TEXT,
    "removed_by_id" TEXT,
    "joined_at" TIMESTAMP(3) NOT NULL,
    "left_at" TIMESTAMP(3),
    "joined_revision" INTEGER NOT NULL,
    "joined_seq" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL,
    "me_revision" INTEGER NOT NULL DEFAULT 0,
    "me_changed_at" TIMESTAMP(3),
    "scheduled_revision" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "chat_room_users_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateTable
CREATE TABLE "chat_messages" (
    "id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "user_id" TEXT,
    "client_id" TEXT,
    "body_hash" TEXT,
    "kind" "ChatMessageKind" NOT NULL,
    "text" TEXT NOT NULL,
    "reply_to_id" TEXT,
    "mentions" TEXT NOT NULL DEFAULT '[]',
    "mentions_everyone" BOOLEAN NOT NULL DEFAULT false,
    "reactions" TEXT NOT NULL DEFAULT '[]',
    "system" TEXT,
    "data" TEXT,
    "said_as" TEXT,
    "forwarded_from" TEXT,
    "thread_id" TEXT,
    "thread_seq" INTEGER,
    "root_seq" INTEGER,
    "thread" TEXT,
    "last_reply_seq" INTEGER NOT NULL DEFAULT 0,
    "last_reply_at" TIMESTAMP(3),
    "has_media" BOOLEAN NOT NULL DEFAULT false,
    "created_revision" INTEGER NOT NULL,
    "revision" INTEGER NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "edited_at" TIMESTAMP(3),
    "deleted_at" TIMESTAMP(3),
    "pinned_at" TIMESTAMP(3),
    "pinned_by_id" TEXT,

    CONSTRAINT "chat_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
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

-- CreateTable
CREATE TABLE "chat_uncounted_messages" (
    "room_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "chat_uncounted_messages_pkey" PRIMARY KEY ("room_id","seq")
);

-- CreateTable
CREATE TABLE "chat_pins" (
    "room_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,

    CONSTRAINT "chat_pins_pkey" PRIMARY KEY ("room_id","revision")
);

-- CreateTable
CREATE TABLE "chat_message_edits" (
    "message_id" TEXT NOT NULL,
    "revision" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "mentions" TEXT NOT NULL,
    "data" TEXT,
    "at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_message_edits_pkey" PRIMARY KEY ("message_id","revision")
);

-- CreateTable
CREATE TABLE "chat_mentions" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "author_id" TEXT,

    CONSTRAINT "chat_mentions_pkey" PRIMARY KEY ("room_id","user_id","seq")
);

-- CreateTable
CREATE TABLE "chat_thread_replies" (
    "thread_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,
    "message_id" TEXT NOT NULL,

    CONSTRAINT "chat_thread_replies_pkey" PRIMARY KEY ("thread_id","seq")
);

-- CreateTable
CREATE TABLE "chat_thread_followers" (
    "thread_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "is_following" BOOLEAN NOT NULL DEFAULT true,
    "last_read_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "chat_thread_followers_pkey" PRIMARY KEY ("thread_id","user_id")
);

-- CreateTable
CREATE TABLE "chat_media" (
    "id" TEXT NOT NULL,
    "uploaded_by_id" TEXT NOT NULL,
    "storage_key" TEXT NOT NULL,
    "thumbnail_key" TEXT,
    "filename" TEXT NOT NULL,
    "content_type" TEXT NOT NULL,
    "byte_size" INTEGER NOT NULL,
    "width" INTEGER,
    "height" INTEGER,
    "duration_ms" INTEGER,
    "sha256" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_media_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_message_media" (
    "media_id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,

    CONSTRAINT "chat_message_media_pkey" PRIMARY KEY ("message_id","sequence")
);

-- CreateTable
CREATE TABLE "chat_message_reactions" (
    "id" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "reaction" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_message_reactions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_spent_tickets" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_spent_tickets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_nodes" (
    "id" TEXT NOT NULL,
    "alive_until" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_nodes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "chat_presences" (
    "user_id" TEXT NOT NULL,
    "node_id" TEXT NOT NULL,
    "sockets" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMP(3),
    "in_front" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "chat_presences_pkey" PRIMARY KEY ("user_id","node_id")
);

-- CreateTable
CREATE TABLE "chat_revocations" (
    "user_id" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_revocations_pkey" PRIMARY KEY ("user_id")
);

-- CreateTable
CREATE TABLE "chat_bans" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "until" TIMESTAMP(3),
    "reason" TEXT,
    "banned_by_id" TEXT,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_bans_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateTable
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

-- CreateTable
CREATE TABLE "chat_blocks" (
    "user_id" TEXT NOT NULL,
    "blocked_id" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "chat_blocks_pkey" PRIMARY KEY ("user_id","blocked_id")
);

-- CreateTable
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

-- CreateTable
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

-- CreateTable
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

-- CreateTable
CREATE TABLE "chat_search_blocks" (
    "room_id" TEXT NOT NULL,
    "number" INTEGER NOT NULL,
    "up_to" INTEGER NOT NULL,
    "last_at" TIMESTAMP(3) NOT NULL,
    "filter" BYTEA NOT NULL,

    CONSTRAINT "chat_search_blocks_pkey" PRIMARY KEY ("room_id","number")
);

-- CreateTable
CREATE TABLE "chat_subscriptions" (
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMP(3) NOT NULL,
    "ended_at" TIMESTAMP(3),

    CONSTRAINT "chat_subscriptions_pkey" PRIMARY KEY ("name")
);

-- CreateTable
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

-- CreateTable
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

-- CreateTable
CREATE TABLE "chat_notified" (
    "room_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    CONSTRAINT "chat_notified_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateIndex
CREATE INDEX "chat_users_tenant_id_id_idx" ON "chat_users"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "chat_users_avatar_media_id_idx" ON "chat_users"("avatar_media_id");

-- CreateIndex
CREATE INDEX "chat_users_changed_at_idx" ON "chat_users"("changed_at");

-- CreateIndex
CREATE UNIQUE INDEX "chat_rooms_pair_key_key" ON "chat_rooms"("pair_key");

-- CreateIndex
CREATE INDEX "chat_rooms_tenant_id_is_public_idx" ON "chat_rooms"("tenant_id", "is_public");

-- CreateIndex
CREATE INDEX "chat_rooms_avatar_media_id_idx" ON "chat_rooms"("avatar_media_id");

-- CreateIndex
CREATE INDEX "chat_rooms_changed_at_idx" ON "chat_rooms"("changed_at");

-- CreateIndex
CREATE INDEX "chat_rooms_retention_days_type_kept_since_idx" ON "chat_rooms"("retention_days", "type", "kept_since");

-- CreateIndex
CREATE UNIQUE INDEX "chat_rooms_tenant_id_key_key" ON "chat_rooms"("tenant_id", "key");

-- CreateIndex
CREATE INDEX "chat_room_users_user_id_left_at_idx" ON "chat_room_users"("user_id", "left_at");

-- CreateIndex
CREATE INDEX "chat_room_users_user_id_me_changed_at_idx" ON "chat_room_users"("user_id", "me_changed_at");

-- CreateIndex
CREATE INDEX "chat_room_users_room_id_revision_idx" ON "chat_room_users"("room_id", "revision");

-- CreateIndex
CREATE INDEX "chat_room_users_room_id_joined_revision_idx" ON "chat_room_users"("room_id", "joined_revision");

-- CreateIndex
CREATE INDEX "chat_messages_room_id_revision_idx" ON "chat_messages"("room_id", "revision");

-- CreateIndex
CREATE UNIQUE INDEX "chat_messages_room_id_seq_key" ON "chat_messages"("room_id", "seq");

-- CreateIndex
CREATE UNIQUE INDEX "chat_messages_room_id_user_id_client_id_key" ON "chat_messages"("room_id", "user_id", "client_id");

-- CreateIndex
CREATE INDEX "chat_scheduled_messages_due_at_idx" ON "chat_scheduled_messages"("due_at");

-- CreateIndex
CREATE UNIQUE INDEX "chat_scheduled_messages_user_id_room_id_client_id_key" ON "chat_scheduled_messages"("user_id", "room_id", "client_id");

-- CreateIndex
CREATE INDEX "chat_thread_followers_user_id_is_following_idx" ON "chat_thread_followers"("user_id", "is_following");

-- CreateIndex
CREATE INDEX "chat_thread_followers_room_id_idx" ON "chat_thread_followers"("room_id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_media_storage_key_key" ON "chat_media"("storage_key");

-- CreateIndex
CREATE INDEX "chat_media_uploaded_by_id_created_at_idx" ON "chat_media"("uploaded_by_id", "created_at");

-- CreateIndex
CREATE INDEX "chat_message_media_media_id_idx" ON "chat_message_media"("media_id");

-- CreateIndex
CREATE INDEX "chat_message_reactions_message_id_id_idx" ON "chat_message_reactions"("message_id", "id");

-- CreateIndex
CREATE INDEX "chat_message_reactions_message_id_reaction_id_idx" ON "chat_message_reactions"("message_id", "reaction", "id");

-- CreateIndex
CREATE INDEX "chat_message_reactions_user_id_id_idx" ON "chat_message_reactions"("user_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_message_reactions_message_id_user_id_reaction_key" ON "chat_message_reactions"("message_id", "user_id", "reaction");

-- CreateIndex
CREATE INDEX "chat_spent_tickets_expires_at_idx" ON "chat_spent_tickets"("expires_at");

-- CreateIndex
CREATE INDEX "chat_nodes_alive_until_idx" ON "chat_nodes"("alive_until");

-- CreateIndex
CREATE INDEX "chat_presences_node_id_idx" ON "chat_presences"("node_id");

-- CreateIndex
CREATE INDEX "chat_revocations_expires_at_idx" ON "chat_revocations"("expires_at");

-- CreateIndex
CREATE UNIQUE INDEX "chat_invites_code_hash_key" ON "chat_invites"("code_hash");

-- CreateIndex
CREATE INDEX "chat_invites_room_id_id_idx" ON "chat_invites"("room_id", "id");

-- CreateIndex
CREATE INDEX "chat_blocks_blocked_id_idx" ON "chat_blocks"("blocked_id");

-- CreateIndex
CREATE INDEX "chat_reports_status_id_idx" ON "chat_reports"("status", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_reports_message_id_reporter_id_key" ON "chat_reports"("message_id", "reporter_id");

-- CreateIndex
CREATE INDEX "chat_audit_entries_room_id_id_idx" ON "chat_audit_entries"("room_id", "id");

-- CreateIndex
CREATE INDEX "chat_audit_entries_user_id_id_idx" ON "chat_audit_entries"("user_id", "id");

-- CreateIndex
CREATE INDEX "chat_audit_entries_actor_id_id_idx" ON "chat_audit_entries"("actor_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "chat_erasures_user_id_key" ON "chat_erasures"("user_id");

-- CreateIndex
CREATE INDEX "chat_erasures_due_at_idx" ON "chat_erasures"("due_at");

-- CreateIndex
CREATE INDEX "chat_subscription_positions_name_held_until_idx" ON "chat_subscription_positions"("name", "held_until");

-- CreateIndex
CREATE INDEX "chat_subscription_positions_name_failed_at_room_id_idx" ON "chat_subscription_positions"("name", "failed_at", "room_id");

-- CreateIndex
CREATE INDEX "chat_notices_due_at_idx" ON "chat_notices"("due_at");

-- CreateIndex
CREATE INDEX "chat_notices_failed_at_user_id_idx" ON "chat_notices"("failed_at", "user_id");

-- AddForeignKey
ALTER TABLE "chat_room_users" ADD CONSTRAINT "chat_room_users_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "chat_rooms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_messages" ADD CONSTRAINT "chat_messages_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "chat_rooms"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_message_media" ADD CONSTRAINT "chat_message_media_media_id_fkey" FOREIGN KEY ("media_id") REFERENCES "chat_media"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_message_media" ADD CONSTRAINT "chat_message_media_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "chat_messages"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_message_reactions" ADD CONSTRAINT "chat_message_reactions_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "chat_messages"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "chat_presences" ADD CONSTRAINT "chat_presences_node_id_fkey" FOREIGN KEY ("node_id") REFERENCES "chat_nodes"("id") ON DELETE CASCADE ON UPDATE CASCADE;
