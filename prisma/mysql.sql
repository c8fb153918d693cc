-- CreateTable
CREATE TABLE `chat_users` (
    `id` VARCHAR(191) NOT NULL,
    `tenant_id` VARCHAR(191) NOT NULL DEFAULT '',
    `name` VARCHAR(255) NOT NULL,
    `description` VARCHAR(2000) NOT NULL DEFAULT '',
    `host_avatar_url` TEXT,
    `avatar_media_id` VARCHAR(191),
    `last_seen_at` DATETIME(3),
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `changed_at` DATETIME(3),

    PRIMARY KEY (`id`),
    INDEX `chat_users_tenant_id_id_idx` (`tenant_id`, `id`),
    INDEX `chat_users_avatar_media_id_idx` (`avatar_media_id`),
    INDEX `chat_users_changed_at_idx` (`changed_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_rooms` (
    `id` VARCHAR(191) NOT NULL,
    `tenant_id` VARCHAR(191) NOT NULL DEFAULT '',
    `type` ENUM('private', 'group', 'channel') NOT NULL,
    `name` VARCHAR(255),
    `description` VARCHAR(2000) NOT NULL DEFAULT '',
    `avatar_media_id` VARCHAR(191),
    `is_public` BOOLEAN NOT NULL DEFAULT false,
    `created_by_id` VARCHAR(191),
    `key` VARCHAR(191),
    `data` TEXT,
    `pair_key` VARCHAR(400),
    `is_blocked` BOOLEAN NOT NULL DEFAULT false,
    `is_ownerless` BOOLEAN NOT NULL DEFAULT false,
    `slow_mode_seconds` INTEGER NOT NULL DEFAULT 0,
    `read_receipts` BOOLEAN NOT NULL DEFAULT true,
    `history_revision` INTEGER,
    `revision` INTEGER NOT NULL DEFAULT 0,
    `edited_revision` INTEGER NOT NULL DEFAULT 0,
    `erased_revision` INTEGER NOT NULL DEFAULT 0,
    `purged_seq` INTEGER NOT NULL DEFAULT 0,
    `retention_days` INTEGER,
    `kept_since` DOUBLE NOT NULL DEFAULT 0,
    `purge_held_until` DATETIME(3),
    `last_message_seq` INTEGER NOT NULL DEFAULT 0,
    `member_count` INTEGER NOT NULL DEFAULT 0,
    `last_message_at` DATETIME(3) NOT NULL,
    `reply_seq` INTEGER NOT NULL DEFAULT 0,
    `last_reply_at` DATETIME(3),
    `changed_at` DOUBLE NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,
    `updated_at` DATETIME(3) NOT NULL,
    `deleted_at` DATETIME(3),

    PRIMARY KEY (`id`),
    UNIQUE INDEX `chat_rooms_pair_key_key` (`pair_key`),
    INDEX `chat_rooms_tenant_id_is_public_idx` (`tenant_id`, `is_public`),
    INDEX `chat_rooms_avatar_media_id_idx` (`avatar_media_id`),
    INDEX `chat_rooms_changed_at_idx` (`changed_at`),
    INDEX `chat_rooms_retention_days_type_kept_since_idx` (`retention_days`, `type`, `kept_since`),
    UNIQUE INDEX `chat_rooms_tenant_id_key_key` (`tenant_id`, `key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_room_users` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `role` ENUM('owner', 'admin', 'member') NOT NULL,
    `can_add_users` BOOLEAN NOT NULL,
    `can_remove_users` BOOLEAN NOT NULL,
    `can_create_messages` BOOLEAN NOT NULL,
    `can_delete_messages` BOOLEAN NOT NULL,
    `can_delete_own_messages` BOOLEAN NOT NULL,
    `can_edit_messages` BOOLEAN NOT NULL,
    `can_edit_own_messages` BOOLEAN NOT NULL,
    `can_edit_room` BOOLEAN NOT NULL,
    `can_delete_room` BOOLEAN NOT NULL,
    `muted` BOOLEAN NOT NULL DEFAULT false,
    `muted_until` DATETIME(3),
    `notify` VARCHAR(191) NOT NULL DEFAULT 'all',
    `is_pinned` BOOLEAN NOT NULL DEFAULT false,
    `is_marked_unread` BOOLEAN NOT NULL DEFAULT false,
    `archived_at_seq` INTEGER,
    `silenced_until` DATETIME(3),
    `last_sent_at` DATETIME(3),
    `request` VARCHAR(191),
    `last_read_seq` INTEGER NOT NULL DEFAULT 0,
    `last_seen_at` DATETIME(3),
    `added_by_id` VARCHAR(191),
    `removed_by_id` VARCHAR(191),
    `joined_at` DATETIME(3) NOT NULL,
    `left_at` DATETIME(3),
    `joined_revision` INTEGER NOT NULL,
    `joined_seq` INTEGER NOT NULL DEFAULT 0,
    `revision` INTEGER NOT NULL,
    `me_revision` INTEGER NOT NULL DEFAULT 0,
    `me_changed_at` DATETIME(3),
    `scheduled_revision` INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY (`room_id`,`user_id`),
    INDEX `chat_room_users_user_id_left_at_idx` (`user_id`, `left_at`),
    INDEX `chat_room_users_user_id_me_changed_at_idx` (`user_id`, `me_changed_at`),
    INDEX `chat_room_users_room_id_revision_idx` (`room_id`, `revision`),
    INDEX `chat_room_users_room_id_joined_revision_idx` (`room_id`, `joined_revision`),
    CONSTRAINT `chat_room_users_room_id_fkey` FOREIGN KEY (`room_id`) REFERENCES `chat_rooms`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_messages` (
    `id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,
    `user_id` VARCHAR(191),
    `client_id` VARCHAR(191),
    `body_hash` VARCHAR(191),
    `kind` ENUM('user', 'system') NOT NULL,
    `text` MEDIUMTEXT NOT NULL,
    `reply_to_id` VARCHAR(191),
    `mentions` MEDIUMTEXT NOT NULL DEFAULT ('[]'),
    `mentions_everyone` BOOLEAN NOT NULL DEFAULT false,
    `reactions` MEDIUMTEXT NOT NULL DEFAULT ('[]'),
    `system` TEXT,
    `data` TEXT,
    `said_as` TEXT,
    `forwarded_from` TEXT,
    `thread_id` VARCHAR(191),
    `thread_seq` INTEGER,
    `root_seq` INTEGER,
    `thread` TEXT,
    `last_reply_seq` INTEGER NOT NULL DEFAULT 0,
    `last_reply_at` DATETIME(3),
    `has_media` BOOLEAN NOT NULL DEFAULT false,
    `created_revision` INTEGER NOT NULL,
    `revision` INTEGER NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `edited_at` DATETIME(3),
    `deleted_at` DATETIME(3),
    `pinned_at` DATETIME(3),
    `pinned_by_id` VARCHAR(191),

    PRIMARY KEY (`id`),
    INDEX `chat_messages_room_id_revision_idx` (`room_id`, `revision`),
    UNIQUE INDEX `chat_messages_room_id_seq_key` (`room_id`, `seq`),
    UNIQUE INDEX `chat_messages_room_id_user_id_client_id_key` (`room_id`, `user_id`, `client_id`),
    CONSTRAINT `chat_messages_room_id_fkey` FOREIGN KEY (`room_id`) REFERENCES `chat_rooms`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_scheduled_messages` (
    `id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191),
    `client_id` VARCHAR(191) NOT NULL,
    `body_hash` VARCHAR(191) NOT NULL,
    `draft` MEDIUMTEXT NOT NULL,
    `send_at` DATETIME(3) NOT NULL,
    `due_at` DATETIME(3),
    `failure` TEXT,
    `revision` INTEGER NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    INDEX `chat_scheduled_messages_due_at_idx` (`due_at`),
    UNIQUE INDEX `chat_scheduled_messages_user_id_room_id_client_id_key` (`user_id`, `room_id`, `client_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_uncounted_messages` (
    `room_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,

    PRIMARY KEY (`room_id`,`seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_pins` (
    `room_id` VARCHAR(191) NOT NULL,
    `revision` INTEGER NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`room_id`,`revision`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_message_edits` (
    `message_id` VARCHAR(191) NOT NULL,
    `revision` INTEGER NOT NULL,
    `text` MEDIUMTEXT NOT NULL,
    `mentions` MEDIUMTEXT NOT NULL,
    `data` TEXT,
    `at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`message_id`,`revision`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_mentions` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,
    `author_id` VARCHAR(191),

    PRIMARY KEY (`room_id`,`user_id`,`seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_thread_replies` (
    `thread_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`thread_id`,`seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_thread_followers` (
    `thread_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `is_following` BOOLEAN NOT NULL DEFAULT true,
    `last_read_seq` INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY (`thread_id`,`user_id`),
    INDEX `chat_thread_followers_user_id_is_following_idx` (`user_id`, `is_following`),
    INDEX `chat_thread_followers_room_id_idx` (`room_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_media` (
    `id` VARCHAR(191) NOT NULL,
    `uploaded_by_id` VARCHAR(191) NOT NULL,
    `storage_key` VARCHAR(512) NOT NULL,
    `thumbnail_key` VARCHAR(512),
    `filename` VARCHAR(255) NOT NULL,
    `content_type` VARCHAR(255) NOT NULL,
    `byte_size` INTEGER NOT NULL,
    `width` INTEGER,
    `height` INTEGER,
    `duration_ms` INTEGER,
    `sha256` VARCHAR(191) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `chat_media_storage_key_key` (`storage_key`),
    INDEX `chat_media_uploaded_by_id_created_at_idx` (`uploaded_by_id`, `created_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_message_media` (
    `media_id` VARCHAR(191) NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,
    `sequence` INTEGER NOT NULL,

    PRIMARY KEY (`message_id`,`sequence`),
    INDEX `chat_message_media_media_id_idx` (`media_id`),
    CONSTRAINT `chat_message_media_media_id_fkey` FOREIGN KEY (`media_id`) REFERENCES `chat_media`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT `chat_message_media_message_id_fkey` FOREIGN KEY (`message_id`) REFERENCES `chat_messages`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_message_reactions` (
    `id` VARCHAR(191) NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `reaction` VARCHAR(191) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    INDEX `chat_message_reactions_message_id_id_idx` (`message_id`, `id`),
    INDEX `chat_message_reactions_message_id_reaction_id_idx` (`message_id`, `reaction`, `id`),
    INDEX `chat_message_reactions_user_id_id_idx` (`user_id`, `id`),
    UNIQUE INDEX `chat_message_reactions_message_id_user_id_reaction_key` (`message_id`, `user_id`, `reaction`),
    CONSTRAINT `chat_message_reactions_message_id_fkey` FOREIGN KEY (`message_id`) REFERENCES `chat_messages`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_spent_tickets` (
    `id` VARCHAR(191) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    INDEX `chat_spent_tickets_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_nodes` (
    `id` VARCHAR(191) NOT NULL,
    `alive_until` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    INDEX `chat_nodes_alive_until_idx` (`alive_until`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_presences` (
    `user_id` VARCHAR(191) NOT NULL,
    `node_id` VARCHAR(191) NOT NULL,
    `sockets` INTEGER NOT NULL DEFAULT 1,
    `opened_at` DATETIME(3),
    `in_front` BOOLEAN NOT NULL DEFAULT true,

    PRIMARY KEY (`user_id`,`node_id`),
    INDEX `chat_presences_node_id_idx` (`node_id`),
    CONSTRAINT `chat_presences_node_id_fkey` FOREIGN KEY (`node_id`) REFERENCES `chat_nodes`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_revocations` (
    `user_id` VARCHAR(191) NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`user_id`),
    INDEX `chat_revocations_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_bans` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `until` DATETIME(3),
    `reason` VARCHAR(1000),
    `banned_by_id` VARCHAR(191),
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`room_id`,`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_invites` (
    `id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `code_hash` VARCHAR(191) NOT NULL,
    `created_by_id` VARCHAR(191),
    `expires_at` DATETIME(3),
    `uses` INTEGER NOT NULL DEFAULT 0,
    `uses_left` INTEGER,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `chat_invites_code_hash_key` (`code_hash`),
    INDEX `chat_invites_room_id_id_idx` (`room_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_blocks` (
    `user_id` VARCHAR(191) NOT NULL,
    `blocked_id` VARCHAR(191) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`user_id`,`blocked_id`),
    INDEX `chat_blocks_blocked_id_idx` (`blocked_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_reports` (
    `id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,
    `author_id` VARCHAR(191),
    `reporter_id` VARCHAR(191) NOT NULL,
    `reason` VARCHAR(1000) NOT NULL,
    `text` VARCHAR(2000) NOT NULL,
    `copy` MEDIUMTEXT NOT NULL,
    `status` VARCHAR(191) NOT NULL,
    `note` VARCHAR(2000),
    `handled_by_id` VARCHAR(191),
    `handled_at` DATETIME(3),
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    INDEX `chat_reports_status_id_idx` (`status`, `id`),
    UNIQUE INDEX `chat_reports_message_id_reporter_id_key` (`message_id`, `reporter_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_audit_entries` (
    `id` VARCHAR(191) NOT NULL,
    `action` VARCHAR(191) NOT NULL,
    `actor_id` VARCHAR(191),
    `room_id` VARCHAR(191),
    `user_id` VARCHAR(191),
    `message_id` VARCHAR(191),
    `reason` VARCHAR(1000),
    `details` TEXT,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`id`),
    INDEX `chat_audit_entries_room_id_id_idx` (`room_id`, `id`),
    INDEX `chat_audit_entries_user_id_id_idx` (`user_id`, `id`),
    INDEX `chat_audit_entries_actor_id_id_idx` (`actor_id`, `id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_erasures` (
    `id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191),
    `messages` VARCHAR(191) NOT NULL,
    `step` INTEGER NOT NULL DEFAULT 0,
    `cursor` VARCHAR(1000) NOT NULL DEFAULT '',
    `due_at` DATETIME(3),
    `revision` INTEGER NOT NULL DEFAULT 0,
    `error` VARCHAR(1000),
    `requested_at` DATETIME(3) NOT NULL,
    `finished_at` DATETIME(3),

    PRIMARY KEY (`id`),
    UNIQUE INDEX `chat_erasures_user_id_key` (`user_id`),
    INDEX `chat_erasures_due_at_idx` (`due_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_search_blocks` (
    `room_id` VARCHAR(191) NOT NULL,
    `number` INTEGER NOT NULL,
    `up_to` INTEGER NOT NULL,
    `last_at` DATETIME(3) NOT NULL,
    `filter` VARBINARY(2000) NOT NULL,

    PRIMARY KEY (`room_id`,`number`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_subscriptions` (
    `name` VARCHAR(191) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `ended_at` DATETIME(3),

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_subscription_positions` (
    `name` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `revision` INTEGER NOT NULL DEFAULT 0,
    `held_by` VARCHAR(191),
    `held_until` DOUBLE NOT NULL DEFAULT 0,
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `error` VARCHAR(1000),
    `failed_at` DATETIME(3),

    PRIMARY KEY (`name`,`room_id`),
    INDEX `chat_subscription_positions_name_held_until_idx` (`name`, `held_until`),
    INDEX `chat_subscription_positions_name_failed_at_room_id_idx` (`name`, `failed_at`, `room_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_notices` (
    `user_id` VARCHAR(191) NOT NULL,
    `due_at` DOUBLE NOT NULL,
    `wanted_at` DOUBLE,
    `held_by` VARCHAR(191),
    `batch_id` VARCHAR(191),
    `batch` MEDIUMTEXT,
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `error` VARCHAR(1000),
    `failed_at` DATETIME(3),

    PRIMARY KEY (`user_id`),
    INDEX `chat_notices_due_at_idx` (`due_at`),
    INDEX `chat_notices_failed_at_user_id_idx` (`failed_at`, `user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- CreateTable
CREATE TABLE `chat_notified` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,

    PRIMARY KEY (`room_id`,`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
