-- From the tables of 0.1 to those of 0.2, with what is in them. Run it once, while no server of 0.1 runs.

-- What nobody has to read: messages of the system, and deleted ones.
CREATE TABLE `chat_uncounted_messages` (
    `room_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,

    PRIMARY KEY (`room_id`, `seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO `chat_uncounted_messages` (`room_id`, `seq`)
SELECT m.`room_id`, m.`seq`
FROM `chat_messages` m JOIN `chat_rooms` r ON r.`id` = m.`room_id`
WHERE r.`deleted_at` IS NULL AND (m.`kind` = 'system' OR m.`deleted_at` IS NOT NULL);

-- What a message of the system says happened. Those of before, which have only words, count as the host's own.
ALTER TABLE `chat_messages` ADD COLUMN `system` TEXT;

-- When a name, a description or a picture changed.
ALTER TABLE `chat_users` ADD COLUMN `changed_at` DATETIME(3), ADD INDEX `chat_users_changed_at_idx` (`changed_at`);

-- Whose people and rooms they are; without tenants nobody's in particular.
ALTER TABLE `chat_users` ADD COLUMN `tenant_id` VARCHAR(191) NOT NULL DEFAULT '';
ALTER TABLE `chat_rooms` ADD COLUMN `tenant_id` VARCHAR(191) NOT NULL DEFAULT '';
ALTER TABLE `chat_users` ADD INDEX `chat_users_tenant_id_id_idx` (`tenant_id`, `id`);
ALTER TABLE `chat_rooms` DROP INDEX `chat_rooms_is_public_idx`, ADD INDEX `chat_rooms_tenant_id_is_public_idx` (`tenant_id`, `is_public`);

-- Names of the host's own for rooms: there are none yet.
ALTER TABLE `chat_rooms` ADD COLUMN `key` VARCHAR(191);
ALTER TABLE `chat_rooms` ADD UNIQUE INDEX `chat_rooms_tenant_id_key_key` (`tenant_id`, `key`);

-- What keeps somebody from writing, and rooms that nobody owns: those that your own code made with nobody in them.
ALTER TABLE `chat_rooms` ADD COLUMN `is_blocked` BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE `chat_rooms` ADD COLUMN `is_ownerless` BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE `chat_rooms` ADD COLUMN `slow_mode_seconds` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_room_users` ADD COLUMN `silenced_until` DATETIME(3);
ALTER TABLE `chat_room_users` ADD COLUMN `last_sent_at` DATETIME(3);
ALTER TABLE `chat_room_users` ADD COLUMN `request` VARCHAR(191);

UPDATE `chat_rooms` SET `is_ownerless` = true
WHERE `type` <> 'private' AND `created_by_id` IS NULL AND `member_count` = 0 AND `deleted_at` IS NULL;

-- Who was signed out everywhere, until the tickets from before have expired.
CREATE TABLE `chat_revocations` (
    `user_id` VARCHAR(191) NOT NULL,
    `id` VARCHAR(191) NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`user_id`),
    INDEX `chat_revocations_expires_at_idx` (`expires_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who is kept out of a room.
CREATE TABLE `chat_bans` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `until` DATETIME(3),
    `reason` VARCHAR(1000),
    `banned_by_id` VARCHAR(191),
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`room_id`,`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who wants nothing to do with whom.
CREATE TABLE `chat_blocks` (
    `user_id` VARCHAR(191) NOT NULL,
    `blocked_id` VARCHAR(191) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`user_id`,`blocked_id`),
    INDEX `chat_blocks_blocked_id_idx` (`blocked_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What was reported.
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

-- Who did what to whom.
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

-- What the search knows of messages; the chat fills it by itself.
CREATE TABLE `chat_search_blocks` (
    `room_id` VARCHAR(191) NOT NULL,
    `number` INTEGER NOT NULL,
    `up_to` INTEGER NOT NULL,
    `last_at` DATETIME(3) NOT NULL,
    `filter` VARBINARY(2000) NOT NULL,

    PRIMARY KEY (`room_id`,`number`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- How many sockets somebody has on a server, and when the newest of them opened: a user's are counted over all servers.
ALTER TABLE `chat_presences` ADD COLUMN `sockets` INTEGER NOT NULL DEFAULT 1;
ALTER TABLE `chat_presences` ADD COLUMN `opened_at` DATETIME(3);
ALTER TABLE `chat_presences` ADD COLUMN `in_front` BOOLEAN NOT NULL DEFAULT true;

-- In a room time does not go back: a message that a clock which was behind, by a day at most, dates before an older one counts
-- as no older than that.
UPDATE `chat_messages`
JOIN (
    SELECT `id`, MAX(`created_at`) OVER (PARTITION BY `room_id` ORDER BY `seq`) AS `at`
    FROM `chat_messages` WHERE `deleted_at` IS NULL
) AS `times` ON `times`.`id` = `chat_messages`.`id`
SET `chat_messages`.`created_at` = `times`.`at`
WHERE `chat_messages`.`created_at` < `times`.`at` AND `times`.`at` <= `chat_messages`.`created_at` + INTERVAL 1 DAY;

-- How often, and when, somebody last changed something of a room for themselves (what they have read, whether it is muted), or joined it.
ALTER TABLE `chat_room_users` ADD COLUMN `me_revision` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_room_users` ADD COLUMN `me_changed_at` DATETIME(3);

CREATE INDEX `chat_room_users_user_id_me_changed_at_idx` ON `chat_room_users`(`user_id`, `me_changed_at`);

-- When a room last moved, by the clock of the database.
ALTER TABLE `chat_rooms` ADD COLUMN `changed_at` DOUBLE NOT NULL DEFAULT 0;

CREATE INDEX `chat_rooms_changed_at_idx` ON `chat_rooms`(`changed_at`);

-- Which messages of a room are pinned.
CREATE TABLE `chat_pins` (
    `room_id` VARCHAR(191) NOT NULL,
    `revision` INTEGER NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`room_id`,`revision`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- What messages said before they were edited.
CREATE TABLE `chat_message_edits` (
    `message_id` VARCHAR(191) NOT NULL,
    `revision` INTEGER NOT NULL,
    `text` MEDIUMTEXT NOT NULL,
    `mentions` MEDIUMTEXT NOT NULL,
    `data` TEXT,
    `at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`message_id`,`revision`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Links that let people into rooms.
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

-- Who is mentioned by messages that they have not read; with an empty user_id everyone.
CREATE TABLE `chat_mentions` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,
    `author_id` VARCHAR(191),

    PRIMARY KEY (`room_id`,`user_id`,`seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

INSERT INTO `chat_mentions` (`room_id`, `user_id`, `seq`, `author_id`)
SELECT DISTINCT m.`room_id`, u.`user_id`, m.`seq`, m.`user_id`
FROM `chat_messages` m
JOIN JSON_TABLE(m.`mentions`, '$[*]' COLUMNS (
    `user_id` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$'
)) AS j
JOIN `chat_room_users` u ON u.`room_id` = m.`room_id` AND u.`user_id` = j.`user_id`
JOIN `chat_rooms` r ON r.`id` = m.`room_id`
WHERE m.`mentions` <> '[]' AND m.`deleted_at` IS NULL AND r.`deleted_at` IS NULL
    AND u.`left_at` IS NULL AND u.`last_read_seq` < m.`seq`;

-- The replies of each thread in their order.
CREATE TABLE `chat_thread_replies` (
    `thread_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,
    `message_id` VARCHAR(191) NOT NULL,

    PRIMARY KEY (`thread_id`, `seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Who follows a thread, and how far they have read in it.
CREATE TABLE `chat_thread_followers` (
    `thread_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `room_id` VARCHAR(191) NOT NULL,
    `is_following` BOOLEAN NOT NULL DEFAULT true,
    `last_read_seq` INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY (`thread_id`, `user_id`),
    INDEX `chat_thread_followers_user_id_is_following_idx` (`user_id`, `is_following`),
    INDEX `chat_thread_followers_room_id_idx` (`room_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A piece of media is shared by the messages that forward it.
ALTER TABLE `chat_message_media` ADD INDEX `chat_message_media_media_id_idx` (`media_id`), DROP PRIMARY KEY,
    ADD PRIMARY KEY (`message_id`, `sequence`), DROP INDEX `chat_message_media_message_id_sequence_key`;

-- Messages that are to be sent later.
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

-- Durable subscriptions: how far your code was told what happens.
CREATE TABLE `chat_subscriptions` (
    `name` VARCHAR(191) NOT NULL,
    `created_at` DATETIME(3) NOT NULL,
    `ended_at` DATETIME(3),

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

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

-- Notifications: whom to look at, and up to where people were notified.
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

CREATE TABLE `chat_notified` (
    `room_id` VARCHAR(191) NOT NULL,
    `user_id` VARCHAR(191) NOT NULL,
    `seq` INTEGER NOT NULL,

    PRIMARY KEY (`room_id`,`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Of whom everything is being erased, or was.
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

-- How long rooms keep messages, and since when they do.
ALTER TABLE `chat_rooms` ADD COLUMN `retention_days` INTEGER;
ALTER TABLE `chat_rooms` ADD COLUMN `kept_since` DOUBLE NOT NULL DEFAULT 0;

CREATE INDEX `chat_rooms_retention_days_type_kept_since_idx` ON `chat_rooms`(`retention_days`, `type`, `kept_since`);

-- Columns that begin as their default says.
ALTER TABLE `chat_rooms` ADD COLUMN `data` TEXT;
ALTER TABLE `chat_rooms` ADD COLUMN `read_receipts` BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE `chat_rooms` ADD COLUMN `history_revision` INTEGER;
ALTER TABLE `chat_rooms` ADD COLUMN `erased_revision` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_rooms` ADD COLUMN `purged_seq` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_rooms` ADD COLUMN `purge_held_until` DATETIME(3);
ALTER TABLE `chat_rooms` ADD COLUMN `reply_seq` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_rooms` ADD COLUMN `last_reply_at` DATETIME(3);
ALTER TABLE `chat_room_users` ADD COLUMN `muted_until` DATETIME(3);
ALTER TABLE `chat_room_users` ADD COLUMN `notify` VARCHAR(191) NOT NULL DEFAULT 'all';
ALTER TABLE `chat_room_users` ADD COLUMN `is_pinned` BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE `chat_room_users` ADD COLUMN `is_marked_unread` BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE `chat_room_users` ADD COLUMN `archived_at_seq` INTEGER;
ALTER TABLE `chat_room_users` ADD COLUMN `joined_seq` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_room_users` ADD COLUMN `scheduled_revision` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_messages` ADD COLUMN `mentions_everyone` BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE `chat_messages` ADD COLUMN `data` TEXT;
ALTER TABLE `chat_messages` ADD COLUMN `said_as` TEXT;
ALTER TABLE `chat_messages` ADD COLUMN `forwarded_from` TEXT;
ALTER TABLE `chat_messages` ADD COLUMN `thread_id` VARCHAR(191);
ALTER TABLE `chat_messages` ADD COLUMN `thread_seq` INTEGER;
ALTER TABLE `chat_messages` ADD COLUMN `root_seq` INTEGER;
ALTER TABLE `chat_messages` ADD COLUMN `thread` TEXT;
ALTER TABLE `chat_messages` ADD COLUMN `last_reply_seq` INTEGER NOT NULL DEFAULT 0;
ALTER TABLE `chat_messages` ADD COLUMN `last_reply_at` DATETIME(3);
ALTER TABLE `chat_messages` ADD COLUMN `pinned_at` DATETIME(3);
ALTER TABLE `chat_messages` ADD COLUMN `pinned_by_id` VARCHAR(191);
ALTER TABLE `chat_media` ADD COLUMN `duration_ms` INTEGER;
