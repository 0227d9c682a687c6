/** Opens the processor's kernels in a browser's worker. */
import { EngineError } from '../errors.ts';
import { chooseArithmetic, supportsExact } from './arithmetic.ts';
import { CpuDevice } from './cpuDevice.ts';
import { MOST_THREADS } from './threads/mostThreads.ts';
import { openWebThread } from './threads/webThreads.ts';
import { t } from '../../text/t.ts';

const ONE_THREAD = t`It trains on one thread only, because this page was served without cross-origin isolation and threads can’t share memory. With the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp it would use all cores.`;

const INSECURE = t`It trains on one thread only, because this page was loaded over plain http, where browsers share no memory between threads. Over https it would use all cores.`;

/**
 * One thread for each core, at most eight; of more than two cores one is left to the page. Without cross-origin
 * isolation memory can't be shared, so there is one thread. Multiply-adds are fused where that gains enough.
 * @throws EngineError `no-adapter` where WebAssembly has no SIMD.
 */
export function openInBrowser(): CpuDevice {
  if (!supportsExact()) {
    throw new EngineError('no-adapter', t`WebAssembly has no SIMD in this browser.`);
  }
  const cores = navigator.hardwareConcurrency;
  const threads = Math.min(MOST_THREADS, cores > 2 ? cores - 1 : cores);
  const workers = crossOriginIsolated ? Array.from({ length: threads - 1 }, openWebThread) : [];
  const isHeldBack = !crossOriginIsolated && threads > 1;
  // A timing may come out differently next time: a run's record says which arithmetic it keeps.
  const arithmetic = chooseArithmetic('auto');
  const remark = isSecureContext ? ONE_THREAD : INSECURE;
  return new CpuDevice({ workers, arithmetic, remark: isHeldBack ? remark : undefined });
}
