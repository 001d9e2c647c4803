/** Views on bytes by number, as the wire names them. Worker-safe and pure. */
import { typedArrays } from './typed-arrays.js'

/** Views by their number on the wire; new ones go to the end. A Buffer comes first: it is a Uint8Array too. */
const viewTypes = [Buffer, ...typedArrays, DataView] as const

type ViewType = new (buffer: ArrayBufferLike, offset?: number, length?: number) => ArrayBufferView

/** A class of views that travels. */
export type TravellingView = (typeof viewTypes)[number]

/** The number of a view's class; -1 for none that travels. */
export const numberOfView = (view: NodeJS.ArrayBufferView): number => viewTypes.findIndex((candidate) => view instanceof candidate)

/** The class with this number. */
export const viewOfNumber = (number: number): TravellingView | undefined => viewTypes[number]

/** A view of this class. */
export function viewOn(View: TravellingView, buffer: ArrayBufferLike, offset: number, byteLength: number): ArrayBufferView {
  if (View === Buffer) return Buffer.from(buffer, offset, byteLength)
  const width = 'BYTES_PER_ELEMENT' in View ? View.BYTES_PER_ELEMENT : 1
  return new (View as unknown as ViewType)(buffer, offset, byteLength / width)
}
