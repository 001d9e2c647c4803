/**
 * The shipping suite on every line of Node, as a table: forms of a program down, versions across, passed of all in each cell.
 * `node test/shipping/matrix.mjs [20 22 …]` installs each version from npm into a folder of its own, and needs nothing else.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const lines = process.argv.length > 2 ? process.argv.slice(2) : ['20', '22', '24', '26']
const work = mkdtempSync(join(tmpdir(), 'joblet-matrix-'))

/** The Node of one line, from npm; the path of its binary. */
function installNode(line) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  execFileSync('npm', ['install', '--prefix', join(work, line), '--no-audit', '--no-fund', '--silent', `${name}@${line}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return join(work, line, 'node_modules', name, 'bin', 'node')
}

/** All tests of this folder on one Node: passed and total by group, and the names of those that failed. */
function runSuite(line, node) {
  const report = join(work, `${line}.json`)
  const args = [
    vitest,
    'run',
    '--config',
    'test/vitest.config.ts',
    '--reporter=json',
    `--outputFile=${report}`,
    'test/shipping',
    'test/function',
  ]
  const { stderr } = spawnSync(node, args, { cwd: root, encoding: 'utf8', timeout: 600_000 })
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  const groups = new Map()
  const failed = []
  for (const test of testsIn(report)) {
    const group = groups.get(test.group) ?? { passed: 0, all: 0 }
    groups.set(test.group, { passed: group.passed + Number(test.passed), all: group.all + 1 })
    if (!test.passed) failed.push(test.name)
  }
  if (groups.size === 0) failed.push(`no test ran: ${stderr}`)
  for (const name of failed) console.log(`${version}: FAILED ${name}`)
  return { version, groups, failed }
}

function testsIn(report) {
  return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name: file, assertionResults, status, message }) => {
    if (assertionResults.length === 0) return [{ group: basename(file), name: `${file} (${status}: ${message})`, passed: false }]
    // Where the preparation of a suite has failed, its tests are skipped: they count as failed.
    const hookFailed = status === 'failed' && assertionResults.every((one) => one.status !== 'failed')
    return assertionResults
      .filter((one) => hookFailed || (one.status !== 'pending' && one.status !== 'skipped'))
      .map(({ ancestorTitles, fullName, status }) => ({
        group: groupOf(file, ancestorTitles),
        name: fullName,
        passed: status === 'passed',
      }))
  })
}

function groupOf(file, titles) {
  return titles.length > 0 ? titles.slice(0, 2).join(', ') : basename(file)
}

function tableOf(runs) {
  const rows = [...new Set(runs.flatMap(({ groups }) => [...groups.keys()]))].sort()
  const cell = ({ groups }, row) => (groups.has(row) ? `${groups.get(row).passed}/${groups.get(row).all}` : '-')
  return [
    `| | ${runs.map(({ version }) => version).join(' | ')} |`,
    `|---|${runs.map(() => '--:|').join('')}`,
    ...rows.map((row) => `| ${row} | ${runs.map((run) => cell(run, row)).join(' | ')} |`),
  ].join('\n')
}

try {
  const runs = lines.map((line) => runSuite(line, installNode(line)))
  console.log(tableOf(runs))
  process.exitCode = runs.every(({ failed }) => failed.length === 0) ? 0 : 1
} finally {
  rmSync(work, { recursive: true, force: true })
}
