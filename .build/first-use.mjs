/**
 * Says what every first description calls: `node first-use.mjs <loaded before> <describing>`, two files of a build. Prints, for each file that the
 * second one brought in, where the functions lie that were called. What is described is a closure of this file, which is the entry, as programs
 * are. What only longer functions need is left out: where they are short, it would be compiled for nothing.
 */
import { Session } from 'node:inspector'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const [before, describing] = process.argv.slice(2)

const makeClosure = (by) => (value) => value * by

const session = new Session()
session.connect()
const post = (method, params) => {
  let result
  session.post(method, params, (error, answer) => {
    if (error) throw new Error(error.message)
    result = answer
  })
  return result
}

await import(before)
post('Profiler.enable')
post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
const machinery = await import(describing)
await machinery.prepareDescribe()
machinery.createDescriber().describe(makeClosure(2), 'a value')
const { result } = post('Profiler.takePreciseCoverage')

const folder = pathToFileURL(join(dirname(describing), '/')).href
const called = result.map(({ url, functions }) => ({
  url,
  called: functions.flatMap(({ ranges: [{ startOffset, endOffset, count }] }) => (count > 0 ? [[startOffset, endOffset]] : [])),
}))
// Of a file that was loaded before, the text as a whole was not run again.
const isBroughtIn = ({ url, called }) => url.startsWith(folder) && called.some(([start]) => start === 0)
console.log(JSON.stringify(called.filter(isBroughtIn)))
