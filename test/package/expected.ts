/** What `forms.ts` comes to, on each backend. */
const onEach = {
  told: ['1 of 5', '2 of 5', '3 of 5', '4 of 5', '5 of 5'],
  list: [1, 2, 3, 4, 5],
  tuple: [42, 3],
  map: ['b', 'd'],
  raw: [1, 8, 27, 64, 125],
  generator: [3, 6, 9, 12, 15],
  unordered: [1, 8, 27, 64, 125],
  collect: ['cooked soup', 'cooked rice', 'thrown'],
  twice: [
    [3, 6, 9, 12, 15],
    [-2, -1, 0, 1, 2],
  ],
  fp: [{ _tag: 'Right', right: [{ n: 41 }, 'GO!'] }, ['Right', 'Left']],
  rejection: [true, 'RecipeError', 'cannot cook stones', 'ERR_STONES', 2],
}

const pool = [[3, 6], 'PoolWorker-1', 8]
const executor = [true, true, 9, 'GO!', 1, 8]
const python = { pools: [...pool, ...pool], futures: [...executor, ...executor], exitCode: 7 }

export const expected = { python, threads: onEach, processes: onEach, async: onEach, sequential: onEach }
