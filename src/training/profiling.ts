/** Kernel times of a run's network, and why there are none. */
import type { EngineDevice, EngineNetwork } from '../engine/api.ts';
import { EngineError } from '../engine/errors.ts';
import type { ProfileOutcome } from './protocol/events.ts';
import { adapterWords } from '../engine/adapterWords.ts';
import { t } from '../text/t.ts';

/** Profiles a copy of `network`, which stays as it is. @throws what is neither an EngineError nor an interruption. */
export async function profileOutcome(
  device: EngineDevice,
  network: EngineNetwork,
  signal: AbortSignal,
): Promise<ProfileOutcome> {
  if (device.profile === undefined) {
    return failed(
      t`${adapterWords(device.adapter.name)} cannot time its kernels: this needs the page’s own kernels, on WebGPU or in WebAssembly.`,
    );
  }
  try {
    return { kind: 'done', profile: await device.profile(network, signal) };
  } catch (error) {
    if (signal.aborted) return failed(t`Interrupted by another action. Measure again.`);
    if (error instanceof EngineError && error.code !== 'device-lost') return failed(error.message);
    throw error;
  }
}

const failed = (message: string): ProfileOutcome => ({ kind: 'failed', message });
