import { describe, expect, it } from 'vitest';
import { search } from './search.ts';
import { FakeClock, type FakeCosts, FakeTimer, fakeUse } from './testing/fakeTimer.ts';
import { workOf } from './work.ts';

const KEYS = ['standard', 'other', 'third'];
const conv = fakeUse('conv', { batch: 8 }, KEYS);

async function searched(costs: FakeCosts, budgetMs = 10_000, uses = [conv]) {
  const clock = new FakeClock();
  const bench = new FakeTimer(clock, costs);
  const chosen = await search(workOf([{ tunables: uses }]), bench, { budgetMs, clock });
  return { chosen: Object.fromEntries(chosen), bench, clock };
}

const always = (...ms: number[]) =>
  Object.fromEntries(KEYS.map((key, i) => [key, [ms[i] ?? Number.NaN]]));

describe('search', () => {
  it('takes the fastest', async () => {
    const { chosen } = await searched({ compileMs: 10, runMs: always(4, 3, 3.5) });
    expect(chosen).toEqual({ [conv.id]: 'other' });
  });

  it('stays with the default where another is hardly faster', async () => {
    const { chosen } = await searched({ compileMs: 10, runMs: always(4, 3.9, 3.85) });
    expect(chosen).toEqual({ [conv.id]: 'standard' });
  });

  it('stays with the default where another is fastest once, but not every time', async () => {
    // Warm-up and calibration first, then four rounds.
    const runMs = { standard: [5, 5, 5, 5, 5, 5], other: [5, 2, 6, 2, 6], third: [9] };
    const { chosen } = await searched({ compileMs: 10, runMs });
    expect(chosen).toEqual({ [conv.id]: 'standard' });
  });

  it('times what is hopeless no more than once, and lets the others take turns', async () => {
    const { bench } = await searched({ compileMs: 10, runMs: always(4, 3, 40) });
    expect(bench.ran).toEqual([
      ...KEYS,
      ...['standard', 'standard', 'other', 'third'],
      ...['standard', 'other', 'standard', 'other', 'standard', 'other'],
    ]);
  });

  it('compiles no more candidates than pay', async () => {
    const use = fakeUse('conv', { batch: 8 }, [...KEYS, 'fourth']);
    const { bench } = await searched({ compileMs: 10, runMs: always(4, 3, 40) }, 10_000, [use]);
    expect(bench.compiled).toEqual(KEYS);
  });

  it('starts with what costs most, and stops when the budget would not do for one more', async () => {
    const uses = [1, 3, 2, 1, 1].map((count, i) => fakeUse('conv', { i }, KEYS, 1000 * count));
    const { chosen, clock } = await searched({ compileMs: 50, runMs: always(4, 3, 5) }, 500, uses);
    expect(Object.keys(chosen)).toEqual([uses[1]?.id, uses[2]?.id]);
    expect(clock.ms).toBeLessThanOrEqual(500);
  });

  it('keeps to the budget where compiling takes for ever', async () => {
    const { chosen, clock, bench } = await searched(
      { compileMs: 400, runMs: always(4, 3, 5) },
      1000,
      [1, 2, 3].map((i) => fakeUse('conv', { i }, KEYS)),
    );
    expect(chosen).toEqual({});
    expect(bench.ran).toEqual([]);
    expect(clock.ms).toBe(1200);
  });

  it('decides nothing by fewer than three rounds', async () => {
    const { chosen } = await searched({ compileMs: 10, runMs: always(100, 50, 60) }, 470);
    expect(chosen).toEqual({});
  });

  it('leaves out what fails, what has no alternative, and what is too small to matter', async () => {
    const broken = fakeUse('broken', { batch: 8 }, ['unknown', 'other'], 5000);
    const single = fakeUse('single', { batch: 8 }, ['standard'], 3000);
    const small = fakeUse('small', { batch: 8 }, KEYS, 10);
    const runMs = always(4, 3, 5);
    const uses = [conv, broken, single, small];
    const { chosen, bench } = await searched({ compileMs: 10, runMs }, 10_000, uses);
    expect(chosen).toEqual({ [conv.id]: 'other' });
    expect(bench.compiled).toEqual(['unknown', 'other', ...KEYS]);
  });
});

describe('an adapter that sleeps when idle', () => {
  const uses = [
    fakeUse('first', { batch: 8 }, KEYS),
    fakeUse('second', { batch: 8 }, ['a', 'b'], 100),
  ];
  const runMs = { ...always(4, 3, 40), a: [4], b: [3] };

  it('is woken by the default before anything is timed, and kept awake', async () => {
    const clock = new FakeClock();
    const bench = new FakeTimer(clock, { compileMs: 10, runMs }, { warmUpMs: 30 });
    const chosen = await search(workOf([{ tunables: uses }]), bench, { budgetMs: 10_000, clock });
    expect([...chosen.values()]).toEqual(['other', 'b']);
    const rounds = (...keys: string[]) => [...keys, ...keys, ...keys, ...keys];
    const woken = bench.ran.slice(KEYS.length, KEYS.length + 8);
    expect(woken).toEqual(Array.from({ length: 8 }, () => 'standard'));
    const compiling = bench.ran.slice(KEYS.length + 8 + 9, -10);
    expect(compiling.length).toBeGreaterThan(0);
    expect(new Set(compiling)).toEqual(new Set(['standard']));
    expect(bench.ran.slice(-10)).toEqual(['a', 'b', ...rounds('a', 'b')]);
  });

  it('spends no more than a fifth of the budget on it', async () => {
    const clock = new FakeClock();
    const bench = new FakeTimer(clock, { compileMs: 0, runMs }, { warmUpMs: 1000 });
    await search(workOf([{ tunables: uses.slice(0, 1) }]), bench, { budgetMs: 200, clock });
    const awake = bench.ran.slice(KEYS.length).findIndex((key) => key !== 'standard');
    // The warm-up's ten of 4 ms, and the first to be timed.
    expect(awake).toBe(11);
  });
});

describe('workOf', () => {
  it('counts one operation in one shape once, over all plans, what costs most first', () => {
    const often = fakeUse('conv', { batch: 8 }, KEYS, 100);
    const big = fakeUse('conv', { batch: 64 }, KEYS, 250);
    const work = workOf([{ tunables: [often, big, often] }, { tunables: [often] }]);
    expect(work).toEqual([
      { use: often, count: 3 },
      { use: big, count: 1 },
    ]);
  });
});
