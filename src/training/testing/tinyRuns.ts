/** A residual run and its plain twin, small enough to be trained in a test. */
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { readSafetensors } from '../../weights/readSafetensors.ts';
import { SessionHarness, tinyConfig } from './sessionHarness.ts';

export const residual = tinyConfig();
export const plain = withoutShortcuts(residual);
const OPEN = { type: 'open', baseUrl: 'http://localhost/' } as const;

/** A harness on the CPU engine with these runs prepared. */
export async function harnessWith(
  ...runs: { id: string; config: typeof residual }[]
): Promise<SessionHarness> {
  return prepared(new SessionHarness(), runs);
}

/** The harness with these runs prepared. */
export async function prepared(
  harness: SessionHarness,
  runs: { id: string; config: typeof residual }[],
): Promise<SessionHarness> {
  harness.send(OPEN, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === runs.at(-1)?.id);
  return harness;
}

/** A run’s weights, by name. */
export async function tensors(harness: SessionHarness, id: string) {
  return readSafetensors(await harness.weights(id)).tensors;
}

/** So many single steps. */
export const steps = (harness: SessionHarness, count: number) =>
  Array.from({ length: count }).reduce<Promise<void>>(
    (before) => before.then(() => harness.untilPaused({ type: 'step' })),
    Promise.resolve(),
  );
