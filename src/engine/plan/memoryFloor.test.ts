/** Networks far too large are refused by every engine at once, before anything is planned for them. */
import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { completeConfig } from '../../model/parse.ts';
import { CpuDevice } from '../cpu/cpuDevice.ts';
import { planNetwork } from '../cpu/network.ts';
import { programBytes } from '../cpu/program.ts';
import { NETWORKS } from '../testing/networks.ts';
import { TfjsDevice } from '../tfjs/tfjsDevice.ts';
import type { Gpu } from '../webgpu/device.ts';
import { PLAIN_TRAITS } from '../webgpu/kernels/traits.ts';
import { lowerTraining } from '../webgpu/lowering/program.ts';
import { WebGpuDevice } from '../webgpu/webGpuDevice.ts';
import { memoryFloor } from './memoryFloor.ts';

const adapter = { name: 'test', vendor: '', architecture: '', isSoftware: true };
const lost = new Promise<never>(() => undefined);
const limits = { maxBufferSize: 2 ** 32, maxStorageBufferBindingSize: 2 ** 31 };
// Only its limits are asked for.
const gpu = { device: { limits }, adapter, traits: PLAIN_TRAITS, lost } as unknown as Gpu;
const DEVICES = {
  cpu: () => new CpuDevice({ workers: [], arithmetic: 'exact' }),
  webgpu: () => new WebGpuDevice(gpu),
  tfjs: () => new TfjsDevice({ adapter, maxBufferBytes: 2 ** 31, lost }),
};

const networkOf = (config: ReturnType<typeof completeConfig>) => ({
  graph: buildGraph(config.model),
  training: config.training,
});

describe('memoryFloor', () => {
  it.each(Object.entries(NETWORKS))('is less than any plan of %s takes', (_, model) => {
    const { graph, training } = networkOf(
      completeConfig({
        version: 1,
        model: { inputSize: 16, ...model },
        training: { batchSize: 8 },
      }),
    );
    for (const microBatchSize of [8, 2]) {
      const network = { graph, training: { ...training, microBatchSize } };
      const floor = memoryFloor(network, microBatchSize).totalBytes;
      const { program } = planNetwork(network, 'exact');
      expect(floor).toBeLessThan(programBytes(program, 1));
      expect(floor).toBeLessThan(lowerTraining(network).summary.gpuBytes);
    }
  });
});

describe.each(Object.entries(DEVICES))('on %s', (_, open) => {
  it('widths of 2,048 and 200 blocks per stage are refused with their bytes', () => {
    const network = networkOf(
      completeConfig({
        version: 1,
        model: { stageDepths: [200, 200, 200], stageWidths: [2048, 2048, 2048] },
      }),
    );
    const device = open();
    const startMs = performance.now();
    for (const refuse of [
      () => device.checkSize(network),
      () => device.fitMicroBatches([[network, network]]),
    ]) {
      expect(refuse).toThrow(
        /need[s at least]* \d{12,13} bytes of memory \(45303478282 parameters\); \d{10,11} are available here/,
      );
    }
    // Minutes and gigabytes if anything were planned.
    expect(performance.now() - startMs).toBeLessThan(5000);
  });
});
