/** Seeded damage to valid inputs: the i-th input of a seed is always the same. */
import { hash32 } from '../../src/data/hash.ts';

/** Numbers of one input. */
export class Draws {
  private drawn = 0;

  constructor(
    private readonly seed: number,
    private readonly stream: number,
  ) {}

  /** A whole number below `limit`, which is at most 2³². */
  below(limit: number): number {
    return Math.floor((hash32(this.seed, this.stream, this.drawn++) / 2 ** 32) * limit);
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }
}

/** Values at which lengths and counts go wrong. */
const EDGES: readonly [number, ...number[]] = [
  ...([0, 1, 2, 127, 128, 255, 256, 32767, 32768, 65535, 65536] as const),
  ...([0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff] as const),
];

/**
 * One to four kinds of damage: bytes overwritten, bits flipped, a 16-, 32- or 64-bit number set to an edge, a piece cut
 * out, doubled or taken from elsewhere, the end cut off. Most of what can go wrong is at the front or at the end.
 */
export function mutatedBytes(whole: Uint8Array, others: readonly Uint8Array[], draws: Draws) {
  let bytes: Uint8Array = whole.slice();
  for (let rounds = 1 + draws.below(4); rounds > 0 && bytes.length > 0; rounds--) {
    bytes = damaged(bytes, others, draws);
  }
  return bytes;
}

function damaged(bytes: Uint8Array, others: readonly Uint8Array[], draws: Draws): Uint8Array {
  const at = placeIn(bytes, draws);
  const length = 1 + draws.below(Math.min(64, bytes.length));
  switch (draws.below(10)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 3: {
      const other = others[draws.below(others.length)] ?? bytes;
      const from = draws.below(other.length);
      const piece = other.subarray(from, from + length);
      return joined(bytes.subarray(0, at), piece, bytes.subarray(at + piece.length));
    }
    case 4:
    case 5: {
      const size = draws.pick([2, 4, 8]);
      const place = Math.max(0, Math.min(at, bytes.length - size));
      const littleEndian = draws.below(2) === 0;
      if (bytes.length < size) return bytes;
      const view = new DataView(bytes.buffer, bytes.byteOffset + place, size);
      const value = draws.pick(EDGES);
      if (size === 2) view.setUint16(0, value, littleEndian);
      if (size === 4) view.setUint32(0, value, littleEndian);
      if (size === 8) view.setBigUint64(0, BigInt(value) << BigInt(draws.below(33)), littleEndian);
      return bytes;
    }
    case 6:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << draws.below(8));
      return bytes;
    default:
      for (let i = 1 + draws.below(4); i > 0; i--) {
        bytes[placeIn(bytes, draws)] =
          draws.below(4) === 0 ? 255 * draws.below(2) : draws.below(256);
      }
      return bytes;
  }
}

function placeIn({ length }: Uint8Array, draws: Draws): number {
  const reach = Math.min(length, 512);
  const choice = draws.below(8);
  if (choice < 4) return draws.below(reach);
  if (choice < 6) return length - 1 - draws.below(reach);
  return draws.below(length);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const STRANGE: readonly [unknown, ...unknown[]] = [
  ...([null, true, 0, -1, 1e308, -0.5, 2 ** 31, 2 ** 53, Number.NaN, '', 'x', '\u0000'] as const),
  ...(['__proto__', 'a'.repeat(3000), '../..', '1e999', '=1+1', '<script>'] as const),
  [],
  {},
  [[]],
  { length: 1e9 },
];

/** A value as JSON gives it, with one to three of its parts replaced, removed, added or moved. */
export function mutatedValue(whole: unknown, draws: Draws): unknown {
  let value = structuredClone(whole);
  for (let rounds = 1 + draws.below(3); rounds > 0; rounds--) value = withStrangePart(value, draws);
  return value;
}

function withStrangePart(value: unknown, draws: Draws, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || draws.below(depth === 0 ? 40 : 5) === 0) {
    return strange(value, draws);
  }
  const part = value as Record<string, unknown>;
  const keys = Object.keys(part);
  const key = keys[draws.below(keys.length)];
  const choice = draws.below(12);
  if (key === undefined || choice === 0) {
    Object.defineProperty(part, draws.pick(['x', '__proto__', 'constructor', '0']), {
      value: strangeValue(draws),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else if (choice === 1) delete part[key];
  else if (choice === 2) part[key] = structuredClone(part[keys[draws.below(keys.length)] ?? key]);
  else part[key] = withStrangePart(part[key], draws, depth + 1);
  return part;
}

function strange(value: unknown, draws: Draws): unknown {
  if (typeof value === 'number' && draws.below(2) === 0) {
    return draws.pick([value + 1, value - 1, -value, value * 1e6, value / 3, `${value}`]);
  }
  if (typeof value === 'string' && draws.below(2) === 0) {
    const at = draws.below(value.length + 1);
    return draws.pick([
      value.slice(0, at),
      `${value.slice(0, at)}\u202e${value.slice(at)}`,
      [value],
    ]);
  }
  return strangeValue(draws);
}

const strangeValue = (draws: Draws): unknown => structuredClone(draws.pick(STRANGE));

/** A text with characters overwritten, removed, doubled or put in. */
export function mutatedText(whole: string, others: readonly string[], draws: Draws): string {
  let text = whole;
  for (let rounds = 1 + draws.below(4); rounds > 0; rounds--) {
    const at = draws.below(text.length + 1);
    const length = 1 + draws.below(20);
    const other = others[draws.below(others.length)] ?? text;
    const from = draws.below(other.length + 1);
    text = draws.pick([
      text.slice(0, at),
      text.slice(0, at) + text.slice(at + length),
      text.slice(0, at + length) + text.slice(at),
      text.slice(0, at) + other.slice(from, from + 2 * length) + text.slice(at),
      text.slice(0, at) + draws.pick(PIECES) + text.slice(at),
      text.slice(0, at) + draws.pick(PIECES) + text.slice(at + 1),
    ]);
  }
  return text;
}

const PIECES: readonly [string, ...string[]] = [
  ...([
    '&',
    '=',
    '%',
    '%25',
    '%E0%A4%A',
    ',',
    '.',
    '-',
    '9999999999',
    '1e9',
    '"',
    '{',
    '}',
  ] as const),
  ...([
    '[',
    ']',
    ':',
    '\\',
    '\u0000',
    'ÿ',
    '😀',
    '\ud800',
    'on',
    'off',
    '__proto__',
    'run4.',
  ] as const),
];
