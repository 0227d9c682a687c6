/** What the adapter's arithmetic can do at best: multiply-adds in registers, no memory touched. */

import type { Gpu } from '../device.ts';
import { expandTemplate } from '../kernels/template.ts';
import { pipelineOf } from '../pipelines.ts';
import { warmUp } from '../warmUp.ts';
import source from './peak.wgsl?raw';
import { timePass } from './timers.ts';

const THREADS = 65_536;
const WORKGROUP = 64;
const UNROLLED = 4;
/** Long enough for launching not to count. */
const SAMPLE_MS = 15;
const MOST_TURNS = 2 ** 16;
const WARM_UP_TURNS = 2 ** 12;
/** On a busy machine the best kernel may come second at first: these are measured again. */
const FINALISTS = 3;
const FINAL_SAMPLES = 3;

interface PeakKernel {
  readonly chains: number;
  /** Floats of a chain's variable. */
  readonly lanes: 1 | 4;
  /** By `fma()`, which some drivers emulate; else by `*` and `+`, which some fuse. */
  readonly fused: boolean;
}

const CANDIDATES: readonly PeakKernel[] = ([1, 4] as const).flatMap((lanes) =>
  [4, 8, 16].flatMap((chains) => [true, false].map((fused) => ({ chains, lanes, fused }))),
);

/**
 * GFLOP/s, a multiply-add counted as two: the best of several kernels. Takes about a second.
 * @throws EngineError `shader`.
 */
export async function measurePeak(gpu: Gpu): Promise<number> {
  const { device } = gpu;
  const uniform = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
  const parameters = device.createBuffer({ label: 'peak parameters', size: 16, usage: uniform });
  const usage = GPUBufferUsage.STORAGE;
  const result = device.createBuffer({ label: 'peak result', size: THREADS * 16, usage });
  const samples: { rate: number; again: () => Promise<number> }[] = [];
  for (const kernel of CANDIDATES) {
    const run = await runnerOf(device, kernel, parameters, result);
    let turns = 1;
    // The first run also pays for the driver's own compilation.
    await run(turns);
    if (samples.length === 0 && !gpu.adapter.isSoftware) {
      await warmUp(gpu, () => run(WARM_UP_TURNS));
    }
    let ms = await run(turns);
    while (ms < SAMPLE_MS && turns < MOST_TURNS) {
      turns *= 4;
      ms = await run(turns);
    }
    const flops = 2 * THREADS * turns * UNROLLED * kernel.chains * kernel.lanes;
    const again = async () => flops / (await run(turns)) / 1e6;
    samples.push({ rate: flops / ms / 1e6, again });
  }
  samples.sort((one, other) => other.rate - one.rate);
  let best = 0;
  for (const { rate, again } of samples.slice(0, FINALISTS)) {
    best = Math.max(best, rate);
    for (let i = 0; i < FINAL_SAMPLES; i++) best = Math.max(best, await again());
  }
  parameters.destroy();
  result.destroy();
  return best;
}

/** @returns a function that runs the kernel for so many turns of its loop and gives the milliseconds. */
async function runnerOf(
  device: GPUDevice,
  kernel: PeakKernel,
  parameters: GPUBuffer,
  result: GPUBuffer,
): Promise<(turns: number) => Promise<number>> {
  const type = kernel.lanes === 1 ? 'f32' : 'vec4<f32>';
  const constants = { CHAINS: kernel.chains, UNROLLED, FUSED: kernel.fused };
  const code = `alias T = ${type};\n${expandTemplate(source, constants)}`;
  const pipeline = await pipelineOf(device, 'peak', code);
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [parameters, result].map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  return async (turns) => {
    const values = new ArrayBuffer(16);
    new Uint32Array(values).set([turns]);
    // Values stay near 1: neither overflow nor denormals.
    new Float32Array(values).set([0.5, 0.5], 1);
    device.queue.writeBuffer(parameters, 0, values);
    await device.queue.onSubmittedWorkDone();
    return timePass(device, (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindGroup);
      pass.dispatchWorkgroups(THREADS / WORKGROUP);
    });
  };
}
