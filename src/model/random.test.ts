import { describe, expect, it } from 'vitest';
import { hash32 } from '../data/hash.ts';
import { fillNormal, streamOf, uniform } from './random.ts';

const draw = (n: number, f: (i: number) => number) => Array.from({ length: n }, (_, i) => f(i));
const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

describe('random', () => {
  it('pins its values: saved runs and the GPU’s copy of the hash rest on them', () => {
    expect([hash32(0, 0, 0), hash32(1, 2, 3), hash32(0xffffffff, 0x80000000, 7)]).toEqual([
      2488251732, 928740772, 3615575507,
    ]);
    expect(streamOf('')).toBe(0x811c9dc5);
    expect(streamOf('conv1.weight')).toBe(0xbdcec494);
    expect(uniform(0, streamOf('conv1.weight'), 0)).toBe(576165 / 2 ** 24);
    const [a, b, c] = fillNormal(new Float32Array(3), 0, streamOf('conv1.weight'), 1);
    expect(a).toBeCloseTo(0.219334626, 6);
    expect(b).toBeCloseTo(-0.147592817, 6);
    expect(c).toBeCloseTo(-2.258822378, 6);
  });

  it('changes with each of seed, stream and index', () => {
    const all = [hash32(0, 0, 0), hash32(1, 0, 0), hash32(0, 1, 0), hash32(0, 0, 1)];
    expect(new Set(all).size).toBe(4);
  });

  it('uniform numbers fill [0, 1) evenly and fit f32', () => {
    const values = draw(64_000, (i) => uniform(3, 5, i));
    expect(values.every((v) => v >= 0 && v < 1 && Math.fround(v) === v)).toBe(true);
    const bins = new Array<number>(16).fill(0);
    for (const v of values) bins[Math.floor(v * 16)] = (bins[Math.floor(v * 16)] ?? 0) + 1;
    // 4,000 expected a bin, standard deviation 61.
    expect(Math.max(...bins.map((count) => Math.abs(count - 4000)))).toBeLessThan(250);
  });

  it('normal numbers have mean 0, variance 1, kurtosis 3 and no echo between neighbours or streams', () => {
    const a = [...fillNormal(new Float32Array(50_001), 1, 2, 1)];
    const b = [...fillNormal(new Float32Array(50_001), 1, 3, 1)];
    expect(a).toHaveLength(50_001);
    expect(Math.abs(mean(a))).toBeLessThan(0.02);
    expect(Math.abs(mean(a.map((v) => v * v)) - 1)).toBeLessThan(0.03);
    expect(Math.abs(mean(a.map((v) => v ** 4)) - 3)).toBeLessThan(0.2);
    expect(Math.abs(mean(a.map((v, i) => v * (a[i + 1] ?? 0))))).toBeLessThan(0.02);
    expect(Math.abs(mean(a.map((v, i) => v * (b[i] ?? 0))))).toBeLessThan(0.02);
  });
});
