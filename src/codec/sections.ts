/**
 * Values as files hold them: as `node:v8` writes them, but for the larger typed arrays, which lie in front, raw and aligned, so that reading
 * one costs nothing. What the wire carries, this carries, but for shared memory. Promised in docs/memory-format.md. Worker-safe.
 */
import { Deserializer, Serializer } from 'node:v8'
import { CodecError } from '../errors.js'
import { numberOfView, viewAt, viewOn } from './views.js'

/*
 * offset  size
 *      0     4  n, the number of sections
 *      4     4  0
 *      8    8n  length of each section (a double)
 *               the sections, each filled up with zeros to a multiple of 8
 *               the stream of node:v8
 */
const headBytes = 8

// Inline, a view costs a copy on both sides; in front, 8 bytes and a look at the table.
const sectionBytes = 4_096

/** What follows a view in the stream. */
const wholeBuffer = 0
const ownBytes = 1
const section = 2

const padded = (length: number): number => Math.ceil(length / 8) * 8
const isFixed = (buffer: ArrayBufferLike): boolean =>
  buffer instanceof ArrayBuffer && (buffer as { readonly resizable?: boolean }).resizable !== true

class SectionSerializer extends Serializer {
  /** What lies in front of the stream. */
  readonly sections: Uint8Array[] = []
  readonly #known = new Map<ArrayBufferLike, number>()

  constructor() {
    super()
    ;(this as unknown as { _setTreatArrayBufferViewsAsHostObjects(on: boolean): void })._setTreatArrayBufferViewsAsHostObjects(true)
  }

  /** Called by V8 for each view. One on all of a buffer keeps it, with whoever else looks at it; one on a part is written as that part. */
  _writeHostObject(object: unknown): void {
    const view = object as NodeJS.ArrayBufferView
    const number = ArrayBuffer.isView(object) ? numberOfView(view) : -1
    if (number < 0 || !isFixed(view.buffer))
      throw new CodecError(`cannot write a ${nameOf(object)} to a file: it lives in this process only; keep a copy of its data`)
    const whole = view.byteLength === view.buffer.byteLength
    this.writeUint32(number)
    if (view.byteLength >= sectionBytes) this.#writeSection(view, whole)
    else if (whole) {
      this.writeUint32(wholeBuffer)
      this.writeValue(view.buffer)
    } else {
      this.writeUint32(ownBytes)
      this.writeUint32(view.byteLength)
      this.writeRawBytes(view)
    }
  }

  #writeSection(view: NodeJS.ArrayBufferView, whole: boolean): void {
    let index = whole ? this.#known.get(view.buffer) : undefined
    // A copy: whoever made the array may change it while it is written.
    index ??= this.sections.push(new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice()) - 1
    if (whole) this.#known.set(view.buffer, index)
    this.writeUint32(section)
    this.writeUint32(index)
  }

  _getSharedArrayBufferId(): number {
    throw new CodecError('cannot write shared memory to a file: other threads may change it meanwhile; keep a copy')
  }
}

class SectionDeserializer extends Deserializer {
  readonly #sections: readonly Uint8Array[]
  /** Small ones are copied: views on the same one go on sharing it. */
  readonly #buffers = new Map<number, ArrayBufferView>()

  constructor(stream: Uint8Array, sections: readonly Uint8Array[]) {
    super(stream)
    this.#sections = sections
  }

  _readHostObject(): ArrayBufferView {
    const number = this.readUint32()
    const kind = this.readUint32()
    if (kind === wholeBuffer) return onWhole(number, this.readValue())
    if (kind === section) return this.#viewOnSection(number, this.readUint32())
    if (kind !== ownBytes) throw damaged('it holds a view of an unknown kind')
    return viewOn(number, this.readRawBytes(this.readUint32()))
  }

  #viewOnSection(number: number, index: number): ArrayBufferView {
    const known = this.#buffers.get(index)
    if (known !== undefined) return viewAt(number, known)
    const bytes = this.#sections[index]
    if (bytes === undefined) throw damaged('a part is missing')
    const view = viewOn(number, bytes)
    this.#buffers.set(index, view)
    return view
  }
}

/** On the very buffer that was read: others may refer to it. */
function onWhole(number: number, buffer: unknown): ArrayBufferView {
  if (!(buffer instanceof ArrayBuffer)) throw damaged('a view has no buffer')
  return viewAt(number, new Uint8Array(buffer))
}

/**
 * The bytes of a value, part after part. They share nothing with it.
 *
 * @throws {Error} For a function, a symbol or a host object; shared memory is a {@link CodecError}.
 */
export function encodeSections(value: unknown): Uint8Array[] {
  const serializer = new SectionSerializer()
  serializer.writeHeader()
  serializer.writeValue(value)
  const { sections } = serializer
  const head = Buffer.alloc(headBytes + 8 * sections.length)
  head.writeUInt32LE(sections.length, 0)
  sections.forEach((bytes, i) => head.writeDoubleLE(bytes.byteLength, headBytes + 8 * i))
  return [head, ...sections.flatMap(withPadding), serializer.releaseBuffer()]
}

function withPadding(bytes: Uint8Array): Uint8Array[] {
  const missing = padded(bytes.byteLength) - bytes.byteLength
  return missing === 0 ? [bytes] : [bytes, new Uint8Array(missing)]
}

/**
 * The value of such bytes. Views of 64 KB and more lie on `bytes` itself, where these begin at a multiple of 8: hand them over only once.
 *
 * @throws {Error} If they are damaged, or from a newer version of Node.
 */
export function decodeSections(bytes: Uint8Array): unknown {
  const { sections, stream } = take(bytes)
  const deserializer = new SectionDeserializer(stream, sections)
  deserializer.readHeader()
  return deserializer.readValue()
}

/** The parts. Their checksum may have been right, but anybody may have written them. */
function take(given: Uint8Array): { sections: Uint8Array[]; stream: Uint8Array } {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  if (bytes.byteLength < headBytes) throw damaged('it is cut short')
  const count = bytes.readUInt32LE(0)
  let at = headBytes + 8 * count
  if (at > bytes.byteLength) throw damaged('it is cut short')
  const sections: Uint8Array[] = []
  for (let i = 0; i < count; i++) {
    const length = bytes.readDoubleLE(headBytes + 8 * i)
    if (!Number.isInteger(length) || length < 0 || at + padded(length) > bytes.byteLength) throw damaged('it is cut short')
    sections.push(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length))
    at += padded(length)
  }
  return { sections, stream: bytes.subarray(at) }
}

const nameOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

const damaged = (why: string): CodecError => new CodecError(`cannot read a stored value: ${why}; it is damaged, or not one of joblet's`)
