/** Dates and times of Temporal: a polyfill's on every Node, Node's own where it has them. */
import { Temporal as polyfill } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { describeIt, kindsIn, trip } from './trip.js'

const native = (globalThis as { Temporal?: typeof polyfill }).Temporal

const samples = (T: typeof polyfill): { equals?(other: unknown): boolean }[] => [
  T.PlainDate.from('2024-02-29') as never,
  T.PlainTime.from('10:11:12.123456789') as never,
  T.PlainDateTime.from('2024-02-29T10:11') as never,
  T.PlainYearMonth.from('2024-02') as never,
  T.PlainMonthDay.from('02-29') as never,
  T.Instant.from('2024-02-29T10:11:12.5Z') as never,
  // The hour that comes twice.
  T.ZonedDateTime.from('2024-10-27T02:30:00+01:00[Europe/Vienna]') as never,
]

describe.each([{ name: 'a polyfill', T: polyfill }, ...(native ? [{ name: 'Node', T: native }] : [])])('of $name', ({ T }) => {
  test.each(samples(T).map((value) => ({ value, text: String(value) })))('$text comes back as what it was', async ({ value, text }) => {
    const back = await trip({ value, f: () => value })

    expect([String(back.value), back.value.constructor === value.constructor, value.equals?.(back.value)]).toEqual([text, true, true])
    expect(String(back.f())).toBe(text)
  })

  test('a duration keeps its units', async () => {
    const back = await trip(T.Duration.from({ seconds: 90, hours: 25 }))

    expect([back.seconds, back.minutes, back.hours, back.days]).toEqual([90, 0, 25, 0])
    expect(back).toBeInstanceOf(T.Duration)
  })

  test('a field that somebody added stays', async () => {
    expect((await trip(Object.assign(T.PlainDate.from('2024-02-29'), { note: 'leap' }))).note).toBe('leap')
  })
})

test.runIf(native)('the namespace, its classes and their functions travel by name', async () => {
  const T = native as typeof polyfill

  expect(kindsIn(await describeIt({ T, date: T.PlainDate, from: T.PlainDate.from }))).toEqual(['object', 'global', 'global', 'global'])
  expect((await trip({ T, f: () => 1 })).T).toBe(T)
})
