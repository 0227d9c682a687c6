/** Bytes of a Parquet page, read forwards and never past their end. */
import { t } from '../text/t.ts';

const STOP = 0;
const TRUE = 1;
const FALSE = 2;
const BYTE = 3;
const I16 = 4;
const I32 = 5;
const I64 = 6;
const DOUBLE = 7;
const BINARY = 8;
const STRUCT = 12;

/** By field id. Texts, doubles and 64-bit integers, of which page headers need none, are null. */
export type ThriftStruct = ReadonlyMap<number, number | boolean | ThriftStruct | null>;

/** All methods throw an Error where the bytes end early. */
export class PageReader {
  constructor(
    readonly bytes: Uint8Array,
    public offset = 0,
    readonly end = bytes.length,
  ) {}

  get left(): number {
    return this.end - this.offset;
  }

  byte(): number {
    if (this.left < 1) throw new Error(t`a page ends early`);
    return this.bytes[this.offset++] ?? 0;
  }

  /** The next bytes by themselves. */
  part(length: number): PageReader {
    if (!(length >= 0 && length <= this.left)) {
      throw new Error(t`${length} bytes where ${this.left} are left`);
    }
    const start = this.offset;
    this.offset += length;
    return new PageReader(this.bytes, start, this.offset);
  }

  rest(): Uint8Array {
    return this.bytes.subarray(this.offset, this.end);
  }

  uint32(): number {
    const { bytes, offset } = this.part(4);
    return new DataView(bytes.buffer, bytes.byteOffset + offset).getUint32(0, true);
  }

  /** An unsigned LEB128 number of 32 bits. hyparquet reads more than 5 bytes as nonsense. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new Error(t`a number of more than 32 bits`);
  }

  skipVarint64(): void {
    for (let i = 0; i < 10; i++) if (this.byte() < 0x80) return;
    throw new Error(t`a number of more than 64 bits`);
  }

  private zigzag(): number {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** A struct of Thrift's compact protocol. Page headers hold no lists, maps or sets. */
  struct(): ThriftStruct {
    const fields = new Map<number, number | boolean | ThriftStruct | null>();
    let id = 0;
    for (;;) {
      const byte = this.byte();
      const type = byte & 15;
      if (type === STOP) return fields;
      id = byte >> 4 ? id + (byte >> 4) : this.zigzag();
      fields.set(id, this.value(type));
    }
  }

  private value(type: number): number | boolean | ThriftStruct | null {
    if (type === TRUE || type === FALSE) return type === TRUE;
    if (type === I16 || type === I32) return this.zigzag();
    if (type === STRUCT) return this.struct();
    if (type === I64) this.skipVarint64();
    else if (type === BYTE) this.part(1);
    else if (type === DOUBLE) this.part(8);
    else if (type === BINARY) this.part(this.varint());
    else throw new Error(t`a page header with a field of type ${type}`);
    return null;
  }
}
