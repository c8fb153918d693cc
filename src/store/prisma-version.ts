/** Prisma is an optional peer, because frontends install this package without it. So only our checks say which version is needed. */
export const prismaMajor = 7

export const howToInstall = `npm install @prisma/client@${prismaMajor} && npm install --save-dev prisma@${prismaMajor}`
