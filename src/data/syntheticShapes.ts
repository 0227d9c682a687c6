/**
 * Ten kinds of shapes, for when CIFAR-10 is not available. Position, size, rotation, colours, texture and noise are
 * independent of the class, so no single pixel gives it away.
 */
import { atan2, cos, sin } from './elementary.ts';
import { hash32, hashUnit } from './hash.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from './types.ts';

/** Whether (u, v) lies inside a shape that fits the square −1 … 1. */
type Shape = (u: number, v: number) => boolean;

const length = (u: number, v: number) => Math.sqrt(u * u + v * v);

const SHAPES: Readonly<Record<string, Shape>> = {
  disc: (u, v) => length(u, v) < 0.9,
  ring: (u, v) => Math.abs(length(u, v) - 0.72) < 0.22,
  square: (u, v) => Math.max(Math.abs(u), Math.abs(v)) < 0.78,
  frame: (u, v) => Math.abs(Math.max(Math.abs(u), Math.abs(v)) - 0.65) < 0.2,
  triangle: (u, v) => v < 0.7 && Math.abs(u) * 1.75 < v + 0.95,
  star: (u, v) => {
    const turn = (atan2(u, -v) / (2 * Math.PI)) * 5;
    return length(u, v) < 0.98 - 1.2 * Math.abs(turn - Math.round(turn));
  },
  cross: (u, v) => Math.min(Math.abs(u), Math.abs(v)) < 0.26 && Math.max(u, -u, v, -v) < 0.95,
  crescent: (u, v) => length(u, v) < 0.95 && length(u - 0.45, v) > 0.7,
  bars: (u, v) => Math.abs(u) < 0.85 && Math.abs(Math.abs(v) - 0.52) < 0.25,
  dots: (u, v) => length(Math.abs(u) - 0.5, Math.abs(v) - 0.5) < 0.38,
};

const DRAWERS = Object.values(SHAPES);

/** Names of the classes in the order of their labels. */
export const SHAPE_NAMES: readonly string[] = Object.keys(SHAPES);

const NOISE_AMPLITUDE = 40;
const TEXTURE_AMPLITUDE = 28;
const MAX_TURN = 0.45;
/** Smallest distance between the colours of shape and background, in bytes. */
const MIN_CONTRAST = 90;
/** Draws below this number are an image's parameters, the others its pixel noise. */
const NOISE_DRAWS = 64;
/** Positions within a pixel at which the shape is sampled, for soft edges. */
const SUBPIXELS = [-0.25, 0.25] as const;

/** Draws image `index` of a stream into `out` [32, 32, 3]; returns its label. */
function drawShape(stream: number, index: number, out: Uint8Array): number {
  const draw = (k: number, from: number, to: number) =>
    from + (to - from) * hashUnit(stream, index, k);
  const label = hash32(stream, index, 0) % DRAWERS.length;
  const inside = DRAWERS[label] ?? DRAWERS[0] ?? (() => false);

  const radius = draw(1, 7, 12.5);
  const reach = IMAGE_SIZE / 2 - radius + 2;
  const centreX = IMAGE_SIZE / 2 + draw(2, -reach, reach);
  const centreY = IMAGE_SIZE / 2 + draw(3, -reach, reach);
  const turn = draw(4, -MAX_TURN, MAX_TURN);
  const [alongX, alongY] = [cos(turn) / radius, sin(turn) / radius];
  // A shape fits a square of side 2·radius, and in any rotation a circle of radius √2·radius; plus a pixel's own size.
  const far = radius * Math.SQRT2 + 1;
  const coverage = (x: number, y: number): number => {
    if (length(x + 0.5 - centreX, y + 0.5 - centreY) > far) return 0;
    let hits = 0;
    for (const subY of SUBPIXELS) {
      for (const subX of SUBPIXELS) {
        const dx = x + 0.5 + subX - centreX;
        const dy = y + 0.5 + subY - centreY;
        if (inside(dx * alongX + dy * alongY, dy * alongX - dx * alongY)) hits++;
      }
    }
    return hits / (SUBPIXELS.length * SUBPIXELS.length);
  };

  const [ground, figure] = colours((k) => draw(k, 30, 225));
  const textures = [
    stripes((k, a, b) => draw(40 + k, a, b)),
    stripes((k, a, b) => draw(50 + k, a, b)),
  ];
  for (let pixel = 0; pixel < IMAGE_SIZE * IMAGE_SIZE; pixel++) {
    const [x, y] = [pixel % IMAGE_SIZE, Math.floor(pixel / IMAGE_SIZE)];
    const share = coverage(x, y);
    const texture = (1 - share) * (textures[0]?.(x, y) ?? 0) + share * (textures[1]?.(x, y) ?? 0);
    const noise = hash32(stream, index, NOISE_DRAWS + pixel);
    for (let channel = 0; channel < 3; channel++) {
      const plain = (1 - share) * (ground[channel] ?? 0) + share * (figure[channel] ?? 0);
      const grain = (((noise >>> (8 * channel)) & 0xff) / 255 - 0.5) * NOISE_AMPLITUDE;
      out[pixel * 3 + channel] = Math.max(0, Math.min(255, Math.round(plain + texture + grain)));
    }
  }
  return label;
}

/** Images `start` … `start + count − 1` of a stream. */
export function drawShapes(stream: number, start: number, count: number) {
  const pixels = new Uint8Array(count * IMAGE_BYTES);
  const labels = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    const out = pixels.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
    labels[i] = drawShape(stream, start + i, out);
  }
  return { pixels, labels };
}

/** Two colours, drawn again (at most ten times) until they can be told apart. */
function colours(draw: (k: number) => number): [ground: number[], figure: number[]] {
  const three = (k: number) => [draw(k), draw(k + 1), draw(k + 2)];
  const ground = three(5);
  for (let attempt = 0; attempt < 10; attempt++) {
    const figure = three(8 + 3 * attempt);
    const [r = 0, g = 0, b = 0] = figure.map((value, i) => value - (ground[i] ?? 0));
    const distance = Math.sqrt(r * r + g * g + b * b);
    if (distance >= MIN_CONTRAST) return [ground, figure];
  }
  return [ground, ground.map((value) => (value + 128) % 256)];
}

/** Stripes of a random direction, width and strength. */
function stripes(
  draw: (k: number, from: number, to: number) => number,
): (x: number, y: number) => number {
  const angle = draw(0, 0, Math.PI);
  const frequency = draw(1, 0.15, 1.2);
  const phase = draw(2, 0, 2 * Math.PI);
  const strength = draw(3, 0, TEXTURE_AMPLITUDE);
  const [kx, ky] = [cos(angle) * frequency, sin(angle) * frequency];
  return (x, y) => strength * sin(kx * x + ky * y + phase);
}
