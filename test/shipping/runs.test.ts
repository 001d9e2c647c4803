/** What a run sees of the variables that its functions capture, and what it leaves behind. */
import { delayed, Parallel } from 'joblet'
import { describe, expect, onTestFinished, test } from 'vitest'
import { count, increase } from '../fixtures/shipping/helpers.mjs'

describe.each(['threads', 'processes'] as const)('on %s', (backend) => {
  const open = (nJobs: number) => {
    const run = Parallel({ nJobs, backend })
    onTestFinished(() => run.close())
    return run
  }

  test('captures are read once per run, when the function is first sent', async () => {
    const run = open(1)
    let rate = 1
    const read = (): number => rate
    function* changing() {
      for (rate = 1; rate <= 50; rate++) yield delayed(read)()
    }

    expect(new Set(await run(changing()))).toEqual(new Set([1]))
    rate = 7
    expect(await run([delayed(read)()])).toEqual([7])
  })

  test('a run finds nothing that a former one has left in its functions, even in the same worker', async () => {
    const run = open(1)
    let calls = 0
    const seen: number[] = []
    const tick = (): number[] => [++calls, seen.push(calls)]

    expect(await run([delayed(tick)(), delayed(tick)()])).toEqual([
      [1, 1],
      [2, 2],
    ])
    expect(await run([delayed(tick)()])).toEqual([[1, 1]])
    expect([calls, seen]).toEqual([0, []])
  })

  test('imported modules and globals live as long as the worker', async () => {
    const run = open(1)
    const advance = (): number[] => {
      const globals = globalThis as { jobletRuns?: number }
      globals.jobletRuns = (globals.jobletRuns ?? 0) + 1
      increase()
      return [globals.jobletRuns, count]
    }

    const [[, first = 0] = []] = await run([delayed(advance)()])
    expect(await run([delayed(advance)()])).toEqual([[2, first + 1]])
  })
})

class Node {
  readonly children: Node[]
  constructor(...children: Node[]) {
    this.children = children
  }
  size(): number {
    return this.children.reduce((sum, child) => sum + child.size(), 1)
  }
}
class Named extends Node {
  name = 'n'
}
class TreeError extends Error {
  readonly tree: Node
  constructor(tree: Node) {
    super('bad tree')
    this.tree = tree
  }
}

test.each(['sequential', 'async', 'threads', 'processes'] as const)(
  '%s: instances come back as instances, also inside others',
  async (backend) => {
    const run = Parallel({ nJobs: 2, backend })
    onTestFinished(() => run.close())
    const grow = (tree: Node) => ({
      map: new Map([[tree, new Named(tree)]]),
      set: new Set([new Node(tree, tree)]),
      error: new TreeError(new Named()),
      list: [[{ deep: new Named(new Node()) }]],
    })

    const [{ map, set, error, list }] = await run([delayed(grow)(new Node(new Named()))])

    const [[key, value] = []] = map
    expect([key?.size(), value?.size(), value?.children[0] === key]).toEqual([2, 3, true])
    expect([key, value, key?.children[0]].map((one) => one?.constructor)).toEqual([Node, Named, Named])
    expect([...set].map((one) => [one instanceof Node, one.children[0] === one.children[1]])).toEqual([[true, true]])
    expect([error instanceof TreeError, error.tree instanceof Named, error.message]).toEqual([true, true, 'bad tree'])
    expect([list[0]?.[0]?.deep instanceof Named, list[0]?.[0]?.deep.size()]).toEqual([true, 2])
  },
)

test.each(['sequential', 'async', 'threads', 'processes'] as const)('%s: a thrown instance is rejected with as one', async (backend) => {
  const run = Parallel({ nJobs: 2, backend })
  onTestFinished(() => run.close())
  const fail = (): never => {
    throw new TreeError(new Named(new Node()))
  }

  const error: unknown = await run([delayed(fail)()]).catch((caught: unknown) => caught)

  expect(error).toBeInstanceOf(TreeError)
  expect((error as TreeError).tree.size()).toBe(2)
})
