// As a host bundles its server: all of it but the database's client, which brings a binary of its own.
const webpack = require('webpack')

const [entry, path, ...externals] = process.argv.slice(2)
const config = {
  context: __dirname,
  mode: 'production',
  optimization: { minimize: false },
  target: 'node',
  entry,
  output: { path, filename: 'webpack.cjs' },
  externals: Object.fromEntries(externals.map((name) => [name, `commonjs ${name}`])),
}
webpack(config, (failed, stats) => {
  if (!failed && !stats.hasErrors()) return
  console.error(failed ?? stats.toString({ all: false, errors: true }))
  process.exitCode = 1
})
