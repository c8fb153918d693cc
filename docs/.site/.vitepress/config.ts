import { defineConfig } from 'vitepress'

const pages = (...names: [text: string, link: string][]) => names.map(([text, link]) => ({ text, link: `/${link}` }))

export default defineConfig({
  title: 'express-chat',
  description: 'Chat inside the Express app that you already have',
  srcDir: 'pages',
  outDir: 'dist',
  cleanUrls: true,
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  markdown: {
    // Headings have the anchors that they have on GitHub, which the tests of the links hold.
    anchor: {
      slugify: (text: string) =>
        text
          .toLowerCase()
          .replace(/[^\p{L}\p{N}_ -]/gu, '')
          .replaceAll(' ', '-'),
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    sidebar: [
      {
        text: 'Begin',
        items: pages(
          ['Install and mount', 'install'],
          ['The command', 'command'],
          ['The demo', 'demo'],
          ['A shop', 'shop'],
          ['When to take it', 'comparison'],
          ['Moving', 'moving'],
          ['Importing', 'importing'],
          ['Troubleshooting', 'troubleshooting'],
        ),
      },
      {
        text: 'Build',
        items: pages(
          ['The client', 'client'],
          ['Files', 'files'],
          ['Server-side API', 'server-api'],
          ['Tables', 'tables'],
          ['Options', 'options'],
        ),
      },
      {
        text: 'React to what happens',
        items: pages(
          ['Subscriptions', 'subscriptions'],
          ['Webhooks', 'webhooks'],
          ['Notifications', 'notifications'],
          ['Privacy', 'privacy'],
        ),
      },
      {
        text: 'Run',
        items: pages(
          ['Hosts', 'hosts'],
          ['Databases', 'databases'],
          ['Several servers', 'several-servers'],
          ['Operations', 'operations'],
          ['Security', 'security'],
        ),
      },
      {
        text: 'Look up the API',
        items: pages(
          ['express-chat', 'api/index-1'],
          ['express-chat/client', 'api/client'],
          ['express-chat/react', 'api/react'],
          ['express-chat/s3', 'api/storage/s3'],
          ['express-chat/testing', 'api/testing'],
        ),
      },
      {
        text: 'Know',
        items: pages(
          ['The wire contract', 'protocol'],
          ['Architecture', 'architecture'],
          ['Design', 'design'],
          ['Performance', 'performance'],
          ['Chaos', 'chaos'],
          ['Mistakes', 'mutation'],
          ['Changelog', 'changelog'],
          ['Contributing', 'contributing'],
        ),
      },
    ],
  },
})
