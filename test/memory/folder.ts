/** A folder of its own for each test, and joblet as programs of their own use it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { MemoryEvent } from 'joblet'
import { onTestFinished } from 'vitest'

/** An empty folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'joblet-memory-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Collects events; `story` is their types, in order. */
export function listener(): { readonly events: MemoryEvent[]; readonly onEvent: (event: MemoryEvent) => void; story(): string[] } {
  const events: MemoryEvent[] = []
  return { events, onEvent: (event) => events.push(event), story: () => events.map(({ type }) => type) }
}

/** What a program prints, as JSON. */
export async function printed<T>(args: readonly string[], options: { cwd?: string; timeout?: number } = {}): Promise<T> {
  const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { env, timeout: 25_000, ...options })
  return JSON.parse(stdout) as T
}
