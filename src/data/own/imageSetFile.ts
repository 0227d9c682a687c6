/**
 * An image set as one file: eight bytes that name the format, the header's length (u32), the header as JSON, then labels
 * (u16) and pixels of the training images and of the test images, all little-endian.
 */
import * as z from 'zod/mini';
import { KNOWN_SET_IDS } from '../knownSets.ts';
import { sha256 } from '../sha256.ts';
import { IMAGE_BYTES, type Images, type ImageSet } from '../types.ts';
import { t } from '../../text/t.ts';

const MAGIC = 'RPIMAGE1';
const PREFIX_BYTES = MAGIC.length + 4;
const MAX_HEADER_BYTES = 1024 * 1024;

const count = z.int().check(z.minimum(0), z.maximum(1_000_000));
const headerSchema = z.strictObject({
  title: z.string(),
  dataset: z.nullable(z.enum(KNOWN_SET_IDS)),
  classNames: z.array(z.string()).check(z.minLength(2), z.maxLength(1000)),
  train: count,
  test: count,
  remarks: z.array(z.string()),
});

/** Labels and pixels of both splits, one after the other. */
function contentOf({ train, test }: Pick<ImageSet, 'train' | 'test'>): Uint8Array[] {
  return [train, test].flatMap(({ labels, pixels }) => [
    // Every platform that has typed arrays and this page is little-endian.
    new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength),
    pixels,
  ]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** SHA-256, in hex, of the class names, labels and pixels: of what a run sees, whatever the files were called. */
export function imageSetHash(set: ImageSet): Promise<string> {
  const { classNames, train, test } = set;
  const counts = [train.labels.length, test.labels.length];
  const head = new TextEncoder().encode(JSON.stringify([classNames, ...counts]));
  return sha256(joined([head, ...contentOf(set)]));
}

export function writeImageSet(set: ImageSet): Uint8Array<ArrayBuffer> {
  const { train, test, ...rest } = set;
  const header = { ...rest, train: train.labels.length, test: test.labels.length };
  const json = new TextEncoder().encode(JSON.stringify(header));
  // Labels begin at even bytes.
  const padded = new Uint8Array(json.length + (json.length % 2)).fill(0x20);
  padded.set(json);
  const prefix = new Uint8Array(PREFIX_BYTES);
  prefix.set(new TextEncoder().encode(MAGIC));
  new DataView(prefix.buffer).setUint32(MAGIC.length, padded.length, true);
  return joined([prefix, padded, ...contentOf(set)]);
}

/** @throws Error naming the fault */
export function readImageSet(bytes: Uint8Array): ImageSet {
  const magic = new TextDecoder().decode(bytes.subarray(0, MAGIC.length));
  if (magic !== MAGIC || bytes.length < PREFIX_BYTES) throw new Error(t`not an image set`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = view.getUint32(MAGIC.length, true);
  if (headerBytes > Math.min(MAX_HEADER_BYTES, bytes.length - PREFIX_BYTES)) {
    throw new Error(t`the image set is cut short`);
  }
  let at = PREFIX_BYTES + headerBytes;
  const header = z.safeParse(headerSchema, jsonOf(bytes.subarray(PREFIX_BYTES, at)));
  if (!header.success) throw new Error(t`the image set is damaged`);
  const { train, test, ...rest } = header.data;
  if (bytes.length !== at + (train + test) * (2 + IMAGE_BYTES)) {
    throw new Error(t`the image set is cut short`);
  }
  const split = (images: number): Images => {
    const labels = new Uint16Array(bytes.slice(at, at + 2 * images).buffer);
    at += 2 * images;
    const pixels = bytes.subarray(at, at + images * IMAGE_BYTES);
    at += images * IMAGE_BYTES;
    if (labels.some((label) => label >= rest.classNames.length)) {
      throw new Error(t`the image set is damaged`);
    }
    return { pixels, labels };
  };
  return { ...rest, train: split(train), test: split(test) };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}
