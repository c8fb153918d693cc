declare module 's3rver' {
  /** The part of it that the tests use: it has no types of its own. */
  class S3rver {
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      configureBuckets: { name: string; configs: string[] }[]
    })
    run(): Promise<object>
    close(): Promise<void>
  }
  export = S3rver
}
