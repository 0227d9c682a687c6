/** Why there is no device, and what the page is told about it. */
import type { EngineDevice } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { TrainingEvent } from './protocol/events.ts';
import { t } from '../text/t.ts';

/** A failed readback can be reported shortly before the loss that caused it. */
const LOSS_MS = 1000;

type Unsupported = Extract<TrainingEvent, { type: 'unsupported' }>;

/** Why there never was a device. @throws `error` itself where it does not say so. */
export function unsupportedBy(error: unknown): Unsupported {
  if (!(error instanceof EngineError)) throw error;
  const { code: reason, message } = error;
  if (reason !== 'no-webgpu' && reason !== 'no-adapter' && reason !== 'device-refused') throw error;
  return { type: 'unsupported', reason, message };
}

/** Says that the device is gone, and from where the runs can continue. @param why null: unknown. */
export function lossOf(
  runs: readonly { readonly step: number }[],
  why: string | null,
): Extract<TrainingEvent, { type: 'deviceLost' }> {
  const lastSnapshotStep = runs.length > 0 ? Math.min(...runs.map(({ step }) => step)) : 0;
  const message = why ?? t`There is nothing to train with.`;
  return { type: 'deviceLost', message, lastSnapshotStep };
}

/** The loss that may have caused an error just now; null: the device is there. */
export function recentLoss(device: EngineDevice): Promise<Awaited<EngineDevice['lost']> | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LOSS_MS));
  return Promise.race([device.lost, late]);
}

/** Why the runs could not continue on a new device, and what can be done. */
export function noRecovery(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const isRefusal = error instanceof EngineError && error.code === 'unsupported';
  const advice = isRefusal
    ? t`The new device can’t hold every run. Export the weights, then reload the page.`
    : t`Close other pages that use the graphics card or much memory and try again, or export the weights and reload.`;
  return t`No new device: ${reason} ${advice}`;
}
