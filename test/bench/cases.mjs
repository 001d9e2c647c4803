/** What is measured, and what it has to reach. Contenders that pay for every single task get a tenth, which flatters them. */

const nodeContenders = ['joblet-threads', 'joblet-processes', 'floor', 'loop', 'tinypool', 'tinypool-chunks', 'piscina', 'workerpool']

export const contenders = [...nodeContenders, 'joblib']

/** Contenders whose cost per task is so large that they get fewer tasks. */
export const slowPerTask = new Set(['tinypool', 'piscina', 'workerpool'])

export const cases = [
  {
    name: 'tiny',
    title: 'Tiny tasks: square roots, warm, list in and list out',
    unit: 'us per task',
    n: 100_000,
    fewerWhenSlow: true,
    compare: { with: 'joblet-threads', head: 'times joblet', higherIsBetter: false },
    goal: 'at most 1.5 us per task on two warm threads, 2.5 us on two warm processes',
    reached: { 'joblet-threads': ({ median }) => median <= 1.5, 'joblet-processes': ({ median }) => median <= 2.5 },
  },
  {
    name: 'perfect',
    title: 'Perfect numbers, one task per number, cost grows along the input',
    unit: 'ms',
    n: 20_000,
    compare: { with: 'loop', head: 'speed-up', higherIsBetter: true },
    goal: 'below 20,000 on two cores: at least 1.8 times the plain loop',
    reached: { 'joblet-threads': ({ ratio }) => ratio >= 1.8, 'joblet-processes': ({ ratio }) => ratio >= 1.8 },
  },
  {
    name: 'primes',
    title: 'Primes among odd numbers of eight digits, one task per number: next to nothing, or some ten microseconds',
    unit: 'us per task',
    n: 200_000,
    fewerWhenSlow: true,
    compare: { with: 'floor', head: 'of floor', higherIsBetter: true },
    goal: 'at least 0.97 of the floor',
    reached: { 'joblet-threads': ({ ratio }) => ratio >= 0.97 },
  },
  {
    name: 'mandelbrot',
    title: 'The Mandelbrot set, 1000 x 1000, one task per row',
    unit: 'ms',
    n: 1_000,
    compare: { with: 'floor', head: 'of floor', higherIsBetter: true },
    goal: 'at least 0.97 of the floor',
    reached: { 'joblet-threads': ({ ratio }) => ratio >= 0.97 },
  },
  {
    name: 'records',
    title: 'Small records, there and back',
    unit: 'us per task',
    n: 50_000,
    fewerWhenSlow: true,
    compare: { with: 'floor', head: 'times floor', higherIsBetter: false },
    goal: 'at most 2 times all records in one message there and back',
    reached: { 'joblet-threads': ({ ratio }) => ratio <= 2 },
  },
  {
    name: 'warm',
    title: 'A warm call of two tasks (median of many calls a round)',
    unit: 'ms',
    n: 300,
    compare: { with: 'joblet-threads', head: 'times joblet', higherIsBetter: false },
    goal: 'at most 0.5 ms on threads',
    reached: { 'joblet-threads': ({ median }) => median <= 0.5 },
  },
  {
    name: 'cold',
    title: 'Cold start: a whole process, from its start to the first result of two tasks',
    unit: 'ms',
    n: 1,
    separate: true,
    compare: { with: 'floor', head: 'times floor', higherIsBetter: false },
    goal: 'on threads at most 1.3 times bare worker_threads',
    reached: { 'joblet-threads': ({ ratio }) => ratio <= 1.3 },
  },
]
