/** A bare process that makes one call. */
process.once('message', ({ name }) => {
  globalThis.greeting = `hello ${name}`
  process.channel.unref()
})
