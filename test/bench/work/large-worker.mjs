/** The floor of `large.bench.mjs`: does what it is told with nothing but what Node gives, as a thread or as a process. */
import { closeSync, fstatSync, openSync, readSync, writeFileSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'

const answer = (value, transfer) => (parentPort === null ? process.send(value) : parentPort.postMessage(value, transfer))

function sumPart(numbers, i) {
  let sum = 0
  for (let at = (i * numbers.length) / 20, end = at + numbers.length / 20; at < end; at++) sum += numbers[at]
  return sum
}

function readNumbers(file) {
  const descriptor = openSync(file)
  const bytes = Buffer.allocUnsafeSlow(fstatSync(descriptor).size)
  for (let done = 0; done < bytes.length; ) done += readSync(descriptor, bytes, done, bytes.length - done, done)
  closeSync(descriptor)
  return new Float64Array(bytes.buffer)
}

const make = (i) => new Float64Array(1e6).fill(i)

const works = {
  sum: ({ numbers }, i) => answer(sumPart(numbers, i)),
  'sum-copy': ({ numbers }, i) => answer(sumPart(new Float64Array(numbers), i)),
  'sum-file': (request, i) => answer(sumPart((request.numbers ??= readNumbers(request.file)), i)),
  'sum-file-copy': ({ file }, i) => answer(sumPart(readNumbers(file), i)),
  results: (_, i) => answer(make(i)),
  'results-moved': (_, i) => {
    const made = make(i)
    answer(made, [made.buffer])
  },
  'results-file': ({ file }, i) => {
    const path = `${file}-${i}`
    writeFileSync(path, new Uint8Array(make(i).buffer))
    answer(path)
  },
}

function receive(request) {
  for (let i = request.first; i < request.first + request.count; i++) works[request.work](request, i)
}

if (parentPort === null) process.on('message', receive)
else parentPort.on('message', receive)
