import { afterAll, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import type { RunConfigInput } from '../../model/config.ts';
import { initialWeights } from '../../model/initialize.ts';
import { configOf } from '../../model/testing/configs.ts';
import type { NetworkState } from '../api.ts';
import { randomArray } from '../testing/runKernel.ts';
import { CpuDevice } from './cpuDevice.ts';
import { openNodeThread } from './threads/nodeThreads.ts';

type Varied = Partial<NonNullable<RunConfigInput['training']>> &
  Pick<NonNullable<RunConfigInput['model']>, 'normalization' | 'squeezeExcitation'>;

const BATCH = 6;
const alone = new CpuDevice({ workers: [], arithmetic: 'exact' });
const shared = new CpuDevice({ workers: [openNodeThread()], arithmetic: 'exact' });
afterAll(() => {
  for (const device of [alone, shared]) device.destroy();
});

it.each<Varied>([
  { optimizer: { type: 'muon', nesterov: true }, averageDecay: 0.9 },
  { optimizer: { type: 'adamw' }, averageDecay: 0.5, filterRate: 0.5 },
  { optimizer: { type: 'sgd' }, normAndBiasRate: 4 },
  { normalization: 'group', squeezeExcitation: 2 },
])(
  'goes on to the bit from what was saved, on any number of threads: %o',
  async ({ normalization, squeezeExcitation, ...recipe }) => {
    const { model, training } = configOf({
      model: {
        ...{ stageDepths: [1, 1], stageWidths: [4, 6], projection: 'B', inputSize: 8 },
        ...{ normalization, squeezeExcitation },
      },
      training: { batchSize: BATCH, ...recipe },
    });
    const graph = buildGraph(model);
    const steps = async (
      device: CpuDevice,
      from: number,
      to: number,
      state: Pick<NetworkState, 'weights'>,
    ): Promise<NetworkState> => {
      const batch = device.createBatch({ batchSize: BATCH, inputSize: 8 });
      const network = await device.createNetwork({ graph, training }, batch);
      network.load(state);
      const stepper = device.createStepper(batch, [network]);
      for (let step = from; step < to; step++) {
        batch.upload(randomArray(BATCH * 3 * 64, step), Int32Array.of(1, 2, 3, 4, 5, step));
        await stepper.step({ step, learningRates: [0.02], readback: true });
      }
      const saved = await network.save();
      for (const part of [stepper, network, batch]) part.destroy();
      return saved;
    };
    const start = { weights: initialWeights(graph, 1) };
    const whole = await steps(alone, 0, 4, start);
    const half = await steps(shared, 0, 2, start);
    expect(await steps(alone, 2, 4, half)).toEqual(whole);
  },
);
