/** Checkpoints that are kept because the page asks for one: before it reloads itself. */
import { expect, test } from 'vitest';
import { folderOf } from '../storage/folder.ts';
import { FakeDirectory } from './checkpoint/testing/fakeDirectory.ts';
import { SessionHarness } from './testing/sessionHarness.ts';
import { plain, prepared, residual, steps } from './testing/tinyRuns.ts';
import { stepOf, Visit } from './testing/visit.ts';

const RUNS = [
  { id: 'res', config: residual },
  { id: 'plain', config: plain },
];

test('every run is kept where it stands, also in the midst of training', async () => {
  const directory = new FakeDirectory();
  const page = directory.page();
  const keeper = { folder: async () => folderOf(page.handle) };
  const harness = await prepared(new SessionHarness({ keeper }), RUNS);
  // Nothing would be lost.
  expect(await harness.keepNow()).toBe(true);
  expect(harness.of('checkpointKept')).toEqual([]);
  await steps(harness, 2);
  expect(await harness.keepNow()).toBe(true);
  expect(harness.of('checkpointKept').at(-1)).toMatchObject({ step: 2 });
  const from = harness.send({ type: 'train' });
  await harness.until('metrics', from, ({ batch }) => (batch.step.at(-1) ?? 0) > 5);
  expect(await harness.keepNow()).toBe(true);
  const reached = harness.of('checkpointKept').at(-1)?.step ?? 0;
  expect(reached).toBeGreaterThan(5);
  await harness.untilPausedNow({ type: 'pause' });
  page.close();
  const found = await new Visit(directory).offered();
  expect(found.offer?.runs.map(({ step }) => step)).toEqual([stepOf(found), stepOf(found)]);
  expect(stepOf(found)).toBeGreaterThanOrEqual(reached);
});

test('where nothing can be kept, that is the answer', async () => {
  const folder = () => Promise.reject(new Error('this browser keeps no files'));
  for (const keeper of [{ folder }, undefined]) {
    const harness = await prepared(new SessionHarness(keeper && { keeper }), RUNS);
    await steps(harness, 1);
    expect(await harness.keepNow()).toBe(false);
  }
});

test('a test under way makes room', async () => {
  const directory = new FakeDirectory();
  const keeper = { folder: async () => folderOf(directory.page().handle) };
  const harness = await prepared(new SessionHarness({ keeper }), RUNS);
  await steps(harness, 1);
  await harness.untilImagesArrived();
  const from = harness.send({ type: 'evaluate', id: 'res' });
  expect(await harness.keepNow()).toBe(true);
  expect(harness.of('evaluated', from)).toEqual([]);
});
