/** Two ways to time kernels: by the GPU's own clock, and by the clock of the page. */
import { encode, type PreparedDispatch } from '../memory.ts';
import type { KernelGroup } from './groups.ts';

/** Times one step's worth of every group once. @returns milliseconds, in the order of the groups. */
interface KernelTimer {
  readonly method: 'timestamps' | 'submits';
  time(): Promise<number[]>;
  destroy(): void;
}

/** WebGPU's largest query set. */
const MOST_QUERIES = 4096;

/**
 * Times by timestamps if the device has them, else by submits.
 * @param dispatches a whole step.
 */
export function kernelTimer(
  device: GPUDevice,
  dispatches: readonly PreparedDispatch[],
  groups: readonly KernelGroup[],
): KernelTimer {
  return device.features.has('timestamp-query')
    ? timestampTimer(device, dispatches, groups)
    : submitTimer(device, dispatches, groups);
}

/**
 * The step in its own order, one pass per dispatch: timestamps are written where passes begin and end. Browsers round them
 * to about 0.1 ms, which many repetitions average out.
 */
function timestampTimer(
  device: GPUDevice,
  dispatches: readonly PreparedDispatch[],
  groups: readonly KernelGroup[],
): KernelTimer {
  const atOnce = Math.min(dispatches.length, MOST_QUERIES / 2);
  const querySet = device.createQuerySet({ type: 'timestamp', count: 2 * atOnce });
  const size = 2 * 8 * atOnce;
  const resolved = device.createBuffer({
    label: 'timestamps',
    size,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    label: 'timestamps read back',
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const timePart = async (part: readonly PreparedDispatch[]): Promise<number[]> => {
    const encoder = device.createCommandEncoder();
    part.forEach((dispatch, i) => {
      const pass = encoder.beginComputePass({
        timestampWrites: {
          querySet,
          beginningOfPassWriteIndex: 2 * i,
          endOfPassWriteIndex: 2 * i + 1,
        },
      });
      encode(pass, [dispatch]);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, 2 * part.length, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, 2 * 8 * part.length);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const stamps = new BigInt64Array(staging.getMappedRange());
    const ms = part.map((_, i) => {
      const nanoseconds = (stamps[2 * i + 1] ?? 0n) - (stamps[2 * i] ?? 0n);
      return Math.max(0, Number(nanoseconds) / 1e6);
    });
    staging.unmap();
    return ms;
  };
  return {
    method: 'timestamps',
    async time() {
      const ms: number[] = [];
      for (let start = 0; start < dispatches.length; start += atOnce) {
        ms.push(...(await timePart(dispatches.slice(start, start + atOnce))));
      }
      return groups.map((group) => group.dispatches.reduce((sum, i) => sum + (ms[i] ?? 0), 0));
    },
    destroy() {
      querySet.destroy();
      resolved.destroy();
      staging.destroy();
    },
  };
}

/** Each group alone, repeated in one submit until that takes this long. */
const SUBMIT_MS = 5;
const MOST_REPEATS = 256;

/** Each group alone, repeated until it can be measured; the time of an empty submit is subtracted. */
function submitTimer(
  device: GPUDevice,
  dispatches: readonly PreparedDispatch[],
  groups: readonly KernelGroup[],
): KernelTimer {
  const submit = (work: readonly PreparedDispatch[], repeats: number): Promise<number> =>
    timePass(device, (pass) => {
      for (let i = 0; i < repeats; i++) encode(pass, work);
    });
  return {
    method: 'submits',
    async time() {
      const empty = Math.min(await submit([], 1), await submit([], 1), await submit([], 1));
      const times: number[] = [];
      for (const group of groups) {
        const work = group.dispatches.flatMap((i) => dispatches[i] ?? []);
        let repeats = 1;
        let ms = await submit(work, repeats);
        while (ms - empty < SUBMIT_MS && repeats < MOST_REPEATS) {
          repeats *= 4;
          ms = await submit(work, repeats);
        }
        times.push(Math.max(0, ms - empty) / repeats);
      }
      return times;
    },
    destroy() {},
  };
}

/** Milliseconds from the submit of one pass until it is done, by the page's clock. */
export async function timePass(
  device: GPUDevice,
  record: (pass: GPUComputePassEncoder) => void,
): Promise<number> {
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  record(pass);
  pass.end();
  const commands = encoder.finish();
  const start = performance.now();
  device.queue.submit([commands]);
  await device.queue.onSubmittedWorkDone();
  return performance.now() - start;
}
