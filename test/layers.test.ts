/** Imports point one way, between layers and between the rooms of a layer; what workers load at once is our own; what is pure stays pure. */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, test } from 'vitest'

const layers = [
  ['.'],
  ['codec', 'arrays', 'store'],
  ['function'],
  ['worker'],
  ['backend'],
  ['report'],
  ['parallel', 'memory'],
  ['python', 'fp'],
  ['index'],
]
/** Folders within a layer, lowest first; '.' is the layer's folder itself. */
const rooms: Record<string, readonly (readonly string[])[]> = {
  function: [['parcel'], ['found'], ['revive'], ['engine'], ['source'], ['script'], ['describe'], ['fingerprint']],
  backend: [['.'], ['launch', 'output', 'freight'], ['life'], ['slot'], ['pool']],
  parallel: [['options'], ['input'], ['output'], ['run'], ['dispatch', 'inline'], ['.'], ['queue']],
}
const pure = [
  'options',
  'rules',
  'spelling',
  'misplaced',
  'parallel/options/pre-dispatch',
  'parallel/dispatch/batching',
  'parallel/output/order',
  'parallel/options/retry',
  'report/lines',
  'report/progress',
]

const importPattern =
  /^(?:import|export)(?<typeOnly>\s+type)?\s[\w$*,{}\s]*?from '(?<from>[^']+)'|^import '(?<bare>[^']+)'|\bimport\('(?<lazy>[^']+)'\)/gm
const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
const imports = new Map(files.map((file) => [file, importsOf(file)]))

function importsOf(file: string) {
  return [...readFileSync(`src/${file}`, 'utf8').matchAll(importPattern)].map(({ groups: { typeOnly, from, bare, lazy } = {} }) => {
    const name = from ?? bare ?? lazy ?? ''
    const to = name.startsWith('.') ? posix.join(posix.dirname(file), name).replace(/\.js$/, '.ts') : name
    return { to, own: name.startsWith('.'), loads: typeOnly === undefined && lazy === undefined }
  })
}

/** A layer's name, and that of the room in it. */
function placeOf(file: string): readonly [layer: string, room: string] {
  if (file === 'index.ts') return ['index', '.']
  const [layer = '.', ...room] = posix.dirname(file).split('/')
  return [layer, room.join('/') || '.']
}

const rankIn = (ranks: readonly (readonly string[])[], name: string): number => ranks.findIndex((names) => names.includes(name))

/** In a lower layer, in a lower room of the same one, or in the same folder. */
function mayImport(file: string, to: string): boolean {
  const [[layer, room], [toLayer, toRoom]] = [placeOf(file), placeOf(to)]
  if (layer !== toLayer) return rankIn(layers, toLayer) < rankIn(layers, layer)
  return room === toRoom || rankIn(rooms[layer] ?? [], toRoom) < rankIn(rooms[layer] ?? [], room)
}

// A bundler takes along what the worker's file names, so it names all of joblet, and loads it when a task uses it.
const allowed = ['worker/entry.ts -> index.ts']

/** All that loading `file` loads, packages and `node:` modules included. */
function loaded(file: string, seen = new Set<string>()): Set<string> {
  for (const { to, loads } of imports.get(file) ?? []) {
    if (!loads || seen.has(to)) continue
    seen.add(to)
    loaded(to, seen)
  }
  return seen
}

test('every folder has its layer, and its room there', () => {
  const homeless = files.filter((file) => {
    const [layer, room] = placeOf(file)
    return rankIn(layers, layer) < 0 || rankIn(rooms[layer] ?? [['.']], room) < 0
  })
  expect(homeless).toEqual([])
})

test('every import points to a file of ours that is there, in a lower layer, a lower room or the same folder', () => {
  const wrong = [...imports].flatMap(([file, list]) =>
    list.filter(({ to, own }) => own && !(files.includes(to) && mayImport(file, to))).map(({ to }) => `${file} -> ${to}`),
  )
  expect(wrong).toEqual(allowed)
})

test('nothing imports itself, however long the way round', () => {
  expect(files.filter((file) => loaded(file).has(file))).toEqual([])
})

test('the worker entry loads no package: each would be loaded again in every worker', () => {
  expect([...loaded('worker/entry.ts')].filter((name) => !files.includes(name) && !name.startsWith('node:'))).toEqual([])
})

test.each(pure)('%s is pure: it loads nothing of Node', (file) => {
  expect(files).toContain(`${file}.ts`)
  expect([...loaded(`${file}.ts`)].filter((name) => name.startsWith('node:'))).toEqual([])
})
