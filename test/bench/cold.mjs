/** A whole program of one contender: from nothing to the first result, which it prints. */
const { open } = await import(`./contenders/${process.argv[2]}.mjs`)
const pool = await open(2)
console.log((await pool.map('sqrt', [1, 4])).join())
await pool.close()
