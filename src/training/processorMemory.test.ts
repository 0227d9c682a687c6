/** What becomes of runs for which the processor's engine has no memory. */
import { afterEach, expect, test, vi } from 'vitest';
import { withoutShortcuts } from '../model/shortcuts.ts';
import { SessionHarness, tinyConfig } from './testing/sessionHarness.ts';

const open = { type: 'open', baseUrl: 'http://localhost/' } as const;
const config = tinyConfig();
const run = { id: 'a', config };

afterEach(() => vi.restoreAllMocks());

async function prepared(): Promise<SessionHarness> {
  const harness = new SessionHarness();
  harness.send(open, { type: 'setRuns', runs: [run] });
  await harness.until('prepared');
  await harness.untilPaused({ type: 'step' });
  return harness;
}

/** After a refusal: the run is as it was, and trains on. */
async function expectUnchanged(harness: SessionHarness): Promise<void> {
  await harness.untilPaused({ type: 'step' });
  const whole = await prepared();
  await whole.untilPaused({ type: 'step' });
  expect(harness.losses('a')).toEqual(whole.losses('a'));
}

test('a net that needs more than WebAssembly can have is refused with the bytes, before anything changes', async () => {
  const harness = await prepared();
  const made = vi.spyOn(WebAssembly, 'Memory');
  const huge = tinyConfig({
    model: { stageDepths: [20], stageWidths: [32], inputSize: 32 },
    training: { batchSize: 1024, microBatchSize: 1024 },
  });
  const from = harness.send({ type: 'setRuns', runs: [run, { id: 'b', config: huge }] });
  const { field, message } = await harness.until('refused', from);
  expect(field).toBe('training.batchSize');
  const [, needed, available, missing] =
    /needs (\d+) bytes of memory.*; (\d+) are available, (\d+) are missing\. Use a smaller batch/.exec(
      message,
    ) ?? [];
  expect(available).toBe(`${2 ** 32}`);
  expect(Number(needed)).toBe(2 ** 32 + Number(missing));
  expect(made).not.toHaveBeenCalled();
  made.mockRestore();
  await expectUnchanged(harness);
});

test('memory that the browser does not give is told of with the bytes; the runs go on', async () => {
  const harness = await prepared();
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function none() {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  });
  const runs = [run, { id: 'b', config: withoutShortcuts(config) }];
  const from = harness.send({ type: 'setRuns', runs });
  const { message } = await harness.until('refused', from);
  expect(message).toMatch(/^There is no room for the \d+ bytes that this network needs\. Use a /);
  vi.restoreAllMocks();
  await expectUnchanged(harness);
});
