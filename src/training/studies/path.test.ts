import { expect, test } from 'vitest';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import type { Studied, Study, StudyKind, StudyResultOf } from './study.ts';

const config = tinyConfig({ training: { steps: 40 } });

async function finished(): Promise<SessionHarness> {
  const harness = new SessionHarness();
  const runs = [{ id: 'res', config }];
  harness.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  await harness.until('prepared');
  const from = harness.send({ type: 'train' });
  await harness.until('finished', from);
  return harness;
}

async function found<K extends StudyKind>(
  harness: SessionHarness,
  kind: K,
  study: Study,
): Promise<StudyResultOf<K>> {
  const from = harness.send({ type: 'study', key: kind, study });
  const { result } = await harness.until('studyDone', from);
  const isOf = (one: typeof result): one is StudyResultOf<K> & typeof result => one.kind === kind;
  if (!isOf(result)) throw new Error(`a ${result.kind}`);
  return result;
}

const GRID = { images: 16, size: 3 } as const;
const of: Studied = { run: 'res' };

test('the path ends at the trained net, and the plane has its loss there; the curvature sees the same', async () => {
  const harness = await finished();
  const path = await found(harness, 'path', { kind: 'path', of, ...GRID });
  const steps = path.points.map(({ step }) => step);
  expect(steps[0]).toBe(0);
  expect(steps.at(-1)).toBe(40);
  expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
  expect(steps.length).toBeGreaterThanOrEqual(3);
  const [last, first] = [path.points.at(-1), path.points[0]];
  expect(last?.x).toBeCloseTo(0, 6);
  expect(first?.x).toBeLessThan(0);
  expect(path.shares[0] + path.shares[1]).toBeLessThanOrEqual(1 + 1e-9);
  expect(path.surface).toMatchObject({ images: 16, size: 3, known: 9 });
  expect(Math.min(...path.surface.loss)).toBeGreaterThan(0);

  const curvature = await found(harness, 'curvature', {
    ...{ kind: 'curvature', of, images: 64, points: 3 },
  });
  expect(curvature.rows.map(({ step }) => step)).toHaveLength(3);
  expect(curvature.rows[0]?.step).toBe(0);
  expect(curvature.rows.at(-1)).toMatchObject({ step: 40, learningRate: 0.1 });
  for (const row of curvature.rows) {
    expect(row.largest).toBeGreaterThan(0);
    expect(row.gradientNorm).toBeGreaterThan(0);
    expect(row.noise?.trace).toBeGreaterThan(0);
  }
});

test('a reset forgets the path, and a kept run has none', async () => {
  const harness = await finished();
  const reset = harness.send({ type: 'reset' });
  harness.send({ type: 'study', key: 'a', study: { kind: 'path', of, ...GRID } });
  const { message } = await harness.until('studyFailed', reset);
  expect(message).toMatch(/^Too little of its path is kept/);

  const kept: Studied = { config, tensors: [] };
  const study: Study = { kind: 'curvature', of: kept, images: 16, points: 3 };
  const from = harness.send({ type: 'study', key: 'b', study });
  expect((await harness.until('studyFailed', from)).message).toMatch(/conv1\.weight|no path/);
});
