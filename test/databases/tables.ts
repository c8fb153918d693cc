import { readFileSync } from 'node:fs'
import type { DatabaseName } from './engine.js'

/** The statements that make our tables, as we ship them, and those of examples/prisma/host.prisma. */
export function tables(name: DatabaseName): string {
  const ours = readFileSync(new URL(`../../prisma/${name}.sql`, import.meta.url), 'utf8')
  return `${ours}\n${hostTable[name]}`
}

/** The names of all tables, each as it is quoted, and before those that it points to. */
export const tableNames = (name: DatabaseName): string[] =>
  [...tables(name).matchAll(/CREATE TABLE (\S+)/g)].map(([, table]) => table as string).reverse()

const pushSubscription =
  'CREATE TABLE "PushSubscription" ("userId" TEXT NOT NULL, "id" TEXT NOT NULL, "subscription" TEXT NOT NULL, PRIMARY KEY ("userId", "id"));'

const hostTable: Record<DatabaseName, string> = {
  sqlite:
    'CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP);' +
    pushSubscription,
  postgresql:
    'CREATE TABLE "User" ("id" TEXT NOT NULL PRIMARY KEY, "name" TEXT NOT NULL, "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP);' +
    pushSubscription,
  mysql:
    'CREATE TABLE `User` (`id` VARCHAR(191) NOT NULL PRIMARY KEY, `name` VARCHAR(191) NOT NULL, `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)) COLLATE utf8mb4_bin;' +
    'CREATE TABLE `PushSubscription` (`userId` VARCHAR(191) NOT NULL, `id` VARCHAR(191) NOT NULL, `subscription` TEXT NOT NULL, PRIMARY KEY (`userId`, `id`)) COLLATE utf8mb4_bin;',
}
