/**
 * What is measured, with whom, and what it has to reach. Contenders that pay dearly for every single task get a tenth of the tasks, which
 * flatters them. A case with `points` is measured at each of them, and becomes a curve. Where `calls` are given, a round is so many in a row, for
 * a second and a half at most, of which the median counts: a call that comes once in twenty seconds finds caches and engine cold, which a program's loop does not.
 * `quick` is what differs in the quick run, `without` who is left out there.
 */

/** Node's, with threads or processes. */
const pools = ['joblet-threads', 'joblet-processes', 'floor', 'tinypool', 'tinypool-chunks', 'piscina', 'workerpool', 'poolifier']
/** Without workers. */
const inline = ['loop', 'p-map']
/** Python's; left out where there is no Python with joblib. */
export const pythons = ['joblib', 'joblib-threads', 'multiprocessing', 'futures']

/** Contenders whose cost per task is so large that they get fewer tasks. */
export const slowPerTask = new Set(['tinypool', 'piscina', 'workerpool', 'poolifier'])

/** Who is left out of a quick run where a call takes seconds: tinypool stands for pools that take one call per task. */
const lesser = [...pythons, 'piscina', 'workerpool', 'poolifier']

const all = [...pools, ...inline, ...pythons]
const overThat = (name, head = `times ${name}`) => ({ with: name, head, higherIsBetter: false })
const speedUp = { with: 'loop', head: 'speed-up', higherIsBetter: true }
const ofFloor = { with: 'floor', head: 'of floor', higherIsBetter: true }
const ofBest = { test: ({ ratios }) => ratios['of floor'] >= 0.97, contender: 'joblet-threads' }

const pointsOf = (sizes) => sizes.map((n) => ({ label: n.toLocaleString('en-US'), at: n, n }))
const pointsUpTo = (most, n) => Array.from({ length: most }, (_, i) => ({ label: String(i + 1), at: i + 1, n, workers: i + 1 }))

export const cases = [
  {
    name: 'tiny',
    title: 'Tiny tasks: square roots, warm, list in and list out',
    unit: 'us per task',
    calls: 25,
    n: 100_000,
    fewerWhenSlow: true,
    quick: { slowShare: 100, without: ['joblib-threads'] },
    contenders: all,
    compare: [overThat('joblet-threads', 'times joblet')],
    goal: 'at most 0.20 us per task on two warm threads and 0.35 us on two warm processes; not slower than `Pool.map`',
    reached: [
      { contender: 'joblet-threads', test: ({ median }, { multiprocessing }) => median <= Math.min(0.2, multiprocessing?.median ?? 0.2) },
      { contender: 'joblet-processes', test: ({ median }) => median <= 0.35 },
    ],
  },
  {
    name: 'inline',
    title: 'Tiny tasks without workers: `nJobs: 1` beside the plain loop',
    unit: 'us per task',
    calls: 25,
    n: 100_000,
    contenders: ['joblet-inline', 'loop', 'p-map'],
    compare: [overThat('loop')],
    goal: 'at most 0.15 us per task more than the loop',
    reached: [{ contender: 'joblet-inline', test: ({ median }, rows) => median - rows.loop.median <= 0.15 }],
  },
  {
    name: 'perfect',
    title: 'Perfect numbers, one task per number, cost grows along the input',
    unit: 'ms',
    calls: 3,
    n: 20_000,
    quick: { n: 10_000, without: lesser },
    contenders: all,
    compare: [speedUp, ofFloor],
    goal: 'at least 0.97 of the floor',
    reached: [ofBest],
  },
  {
    name: 'primes',
    title: 'Primes among odd numbers of eight digits, one task per number: next to nothing, or some ten microseconds',
    unit: 'us per task',
    calls: 3,
    n: 200_000,
    fewerWhenSlow: true,
    quick: { n: 20_000, without: lesser },
    contenders: all,
    compare: [speedUp, ofFloor],
    goal: 'at least 0.97 of the floor',
    reached: [ofBest],
  },
  {
    name: 'mandelbrot',
    title: 'The Mandelbrot set, 1000 x 1000, one task per row',
    unit: 'ms',
    calls: 8,
    n: 1_000,
    quick: { without: lesser },
    contenders: all,
    compare: [speedUp, ofFloor],
    goal: 'at least 0.97 of the floor',
    reached: [ofBest],
  },
  {
    name: 'shared',
    title: 'The same 80 MB to 20 tasks, each of which reads its part',
    unit: 'ms',
    n: 20,
    quick: { without: lesser },
    contenders: all,
    compare: [overThat('floor')],
    goal: 'with `shared(array)` on threads at most 1.2 times one copy into shared memory, and the tasks',
    reached: [{ contender: 'joblet-threads', test: ({ ratios }) => ratios['times floor'] <= 1.2 }],
  },
  {
    name: 'results',
    title: '20 results of 8 MB',
    unit: 'ms',
    n: 20,
    quick: { without: lesser },
    contenders: all,
    compare: [overThat('floor')],
    goal: 'on threads at most 1.3 times bare structured clone',
    reached: [{ contender: 'joblet-threads', test: ({ ratios }) => ratios['times floor'] <= 1.3 }],
  },
  {
    name: 'records',
    title: 'Small records, there and back',
    unit: 'us per task',
    calls: 25,
    n: 10_000,
    fewerWhenSlow: true,
    quick: { slowShare: 100, without: lesser },
    contenders: all,
    compare: [overThat('floor')],
    goal: 'at most 2 times all records in one message there and back',
    reached: [{ contender: 'joblet-threads', test: ({ ratios }) => ratios['times floor'] <= 2 }],
  },
  {
    name: 'warm',
    title: 'A warm call of two tasks (median of many calls a round)',
    unit: 'ms',
    n: 1_000,
    quick: { n: 300 },
    contenders: [...pools, 'joblib', 'multiprocessing', 'futures'],
    compare: [overThat('joblet-threads', 'times joblet')],
    goal: 'at most 0.2 ms on threads, 0.35 ms on processes',
    reached: [
      { contender: 'joblet-threads', test: ({ median }) => median <= 0.2 },
      { contender: 'joblet-processes', test: ({ median }) => median <= 0.35 },
    ],
  },
  {
    name: 'cold',
    title: 'Cold start: a whole process, from its start to the first result of two tasks',
    unit: 'ms',
    n: 2,
    quick: { without: ['joblib', 'joblib-threads'] },
    program: 'cold',
    contenders: [...pools, 'loop', ...pythons],
    compare: [overThat('floor')],
    goal: 'on threads at most 1.3 times bare `worker_threads`',
    reached: [{ contender: 'joblet-threads', test: ({ ratios }) => ratios['times floor'] <= 1.3 }],
  },
  {
    name: 'stream',
    title: 'Tasks from a generator, results read as they come, start and end of the process included',
    unit: 'us per task',
    n: 1_000_000,
    quick: { n: 100_000 },
    program: 'stream',
    contenders: ['joblet-threads', 'joblet-processes', 'joblet-inline', 'loop', 'p-map', 'multiprocessing'],
    compare: [overThat('joblet-threads', 'times joblet')],
    goal: 'none of its own',
    reached: [],
  },
  {
    name: 'stream-memory',
    title: 'The same: the most memory that the program took at any time',
    unit: 'MB',
    n: 1_000_000,
    quick: { n: 100_000 },
    program: 'stream',
    contenders: ['joblet-threads', 'joblet-processes', 'joblet-inline', 'joblet-idle', 'loop', 'p-map', 'multiprocessing'],
    compare: [],
    goal: 'on threads within 60 MB of `joblet-idle`, which starts its workers for two tasks',
    reached: [{ contender: 'joblet-threads', test: ({ median }, rows) => median - rows['joblet-idle'].median <= 60 }],
  },
  {
    name: 'sizes',
    title: 'Tiny tasks by their number',
    unit: 'us per task',
    calls: 25,
    contenders: ['joblet-threads', 'joblet-processes', 'floor', 'tinypool-chunks', 'joblib', 'multiprocessing'],
    pointHead: 'tasks',
    points: pointsOf([1e2, 1e3, 1e4, 1e5, 1e6]),
    quick: { points: pointsOf([1e3, 1e5]), without: ['joblib'] },
    measure: 'tiny',
    most: { joblib: 100_000 },
    compare: [],
    goal: 'none of its own',
    reached: [],
  },
  {
    name: 'workers',
    title: 'Perfect numbers by the number of workers',
    unit: 'ms',
    calls: 3,
    contenders: ['joblet-threads', 'joblet-processes', 'floor', 'tinypool-chunks'],
    pointHead: 'workers',
    points: pointsUpTo(4, 20_000),
    quick: { points: pointsUpTo(2, 10_000) },
    measure: 'perfect',
    compare: [],
    goal: 'none of its own',
    reached: [],
  },
  {
    name: 'hit',
    title: 'A cache hit in a fresh process: 2,000 records of 1 KB',
    unit: 'us per hit',
    n: 2_000,
    program: 'remember',
    contenders: ['joblet', 'bare', 'joblib-memory'],
    compare: [overThat('bare', 'times a file by hand')],
    goal: 'at most 24 us',
    reached: [{ contender: 'joblet', test: ({ median }) => median <= 24 }],
  },
  {
    name: 'miss',
    title: 'A cache miss: the call, and its result written',
    unit: 'us per miss',
    n: 500,
    program: 'remember',
    contenders: ['joblet', 'bare', 'joblib-memory'],
    compare: [overThat('bare', 'times a file by hand')],
    goal: 'at most 400 us',
    reached: [{ contender: 'joblet', test: ({ median }) => median <= 400 }],
  },
  {
    name: 'hash',
    title: 'The hash of an object with 10,000 keys',
    unit: 'ms',
    calls: 5,
    n: 10_000,
    contenders: ['joblet', 'bare', 'joblib-memory'],
    compare: [overThat('bare', 'times JSON and SHA-256')],
    goal: 'at most 20 ms',
    reached: [{ contender: 'joblet', test: ({ median }) => median <= 20 }],
  },
]
