/** Runs where there is no room, no right to write, no shared memory, no handles, or no working directory. Linux only; folders are prepared in a mount namespace of the program's own. */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.js'

const program = fileURLToPath(new URL('../fixtures/faults/circumstances.mjs', import.meta.url))

/** Why folders cannot be mounted here; undefined if they can. */
const whyNoMounts =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0
    ? undefined
    : 'this system lets nobody mount in a namespace of their own'

/** Each prepares the namespace: $1 is the folder for temporary files, $2 the one for the cache, $3 a spare one. */
const mounts: Record<string, string> = {
  'the folders for temporary files are read-only': 'mount -t tmpfs -o ro none "$1" && mount -t tmpfs -o ro none /dev/shm',
  'the disk is full':
    'mount -t tmpfs -o size=64k none "$1" && mount -t tmpfs -o size=64k none /dev/shm && mount -t tmpfs -o size=64k none "$2" && ' +
    'for f in "$1" /dev/shm "$2"; do dd if=/dev/zero of="$f/fill" bs=1k 2>/dev/null || true; done',
  'the folder of the cache is read-only': 'mount -t tmpfs -o ro none "$2"',
  'there is no /dev/shm':
    'for f in null zero random urandom; do touch "$3/$f" && mount --bind "/dev/$f" "$3/$f" || exit 1; done; mount --rbind "$3" /dev',
}
const right = { values: '0,10,20,30', large: '4000000:7,4000000:8,4000000:9,4000000:10', cache: '4 kept', left: [] }

async function seen(backend: string, prepare = 'true', last = ''): Promise<unknown> {
  const folder = temporaryFolder()
  const [tmp, cache, spare] = ['tmp', 'cache', 'spare'].map((name) => `${folder}/${name}`)
  for (const path of [tmp, cache, spare]) mkdirSync(`${path}`)
  const script = `${prepare} && TMPDIR="$1" exec "$4" "$5" "$6" "$2/joblet" $7`
  const words = [script, 'sh', `${tmp}`, `${cache}`, `${spare}`, process.execPath, program, backend, last]
  const [command, flags] = prepare.includes('mount') ? (['unshare', ['-rm', 'sh']] as const) : (['sh', []] as const)
  const { stdout } = await promisify(execFile)(command, [...flags, '-c', ...words], { timeout: 60_000 })
  return JSON.parse(stdout)
}

describe.each(['threads', 'processes'])('on %s, all values are right and nothing is left behind', (backend) => {
  test.skipIf(whyNoMounts !== undefined).each(Object.entries(mounts))(
    `where %s${whyNoMounts === undefined ? '' : ` (${whyNoMounts})`}`,
    async (_, prepare) => {
      expect(await seen(backend, prepare)).toMatchObject(right)
    },
  )

  test('with 64 file handles', async () => {
    expect(await seen(backend, 'ulimit -n 64')).toMatchObject({ ...right, handles: 64 })
  })
})

describe('where the working directory was removed', () => {
  test('processes work all the same', async () => {
    expect(await seen('processes', undefined, 'gone')).toMatchObject(right)
  })

  test('threads cannot be started, and the error says why', async () => {
    const { values, left } = (await seen('threads', undefined, 'gone')) as { values: string; left: string[] }
    expect(values).toMatch(/^WorkerCrashError: cannot start a worker: .*ENOENT.*cwd/)
    expect(left).toEqual([])
  })
})
