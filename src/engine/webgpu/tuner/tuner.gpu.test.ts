import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildGraph } from '../../../model/builder.ts';
import { parseRunConfig } from '../../../model/parse.ts';
import { compareCase, disagreements } from '../../reference/case.ts';
import { caseFiles } from '../../reference/readCase.ts';
import { ownGpu, testGpu } from '../../testing/sharedGpu.ts';
import { lowerEvaluation, lowerTraining } from '../lowering/program.ts';
import { WebGpuDevice } from '../webGpuDevice.ts';
import { withMemory } from './store.ts';
import { tunedChoices } from './tuner.ts';
import { workOf } from './work.ts';

// A software adapter compiles every kernel when it first runs.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const { model, training } = parseRunConfig({
  version: 1,
  model: { stageDepths: [1], stageWidths: [8], stemWidth: 8, inputSize: 8 },
  training: { batchSize: 4 },
});
const graph = buildGraph(model);
const plan = lowerTraining({ graph, training });

describe('a plan', () => {
  it('is made with the choices it is given, and says so', () => {
    const [first] = plan.tunables;
    const other = first?.candidates[1]?.key ?? '';
    expect(first?.candidates[0]?.key).toBe(first?.chosen);
    const id = first?.id ?? '';
    const tuned = lowerTraining({ graph, training, kernelChoices: { [id]: other } });
    expect(tuned.kernelChoices).toEqual({ ...plan.kernelChoices, [id]: other });
    const codeOf = ({ dispatches }: typeof plan) => dispatches[0]?.call.code;
    expect(codeOf(tuned)).not.toBe(codeOf(plan));
    // A record leads to the same plan again.
    expect(codeOf(lowerTraining({ graph, training, kernelChoices: tuned.kernelChoices }))).toBe(
      codeOf(tuned),
    );
    expect(
      lowerEvaluation(graph, 4, { kernelChoices: tuned.kernelChoices }).kernelChoices[id],
    ).toBe(other);
  });

  it('takes the defaults where a record names what there is not', () => {
    const kernelChoices = Object.fromEntries(
      Object.keys(plan.kernelChoices).map((id) => [id, 'direct/c0v0l0']),
    );
    expect(lowerTraining({ graph, training, kernelChoices }).kernelChoices).toEqual(
      plan.kernelChoices,
    );
  });
});

describe('tunedChoices', () => {
  let device: WebGpuDevice;
  beforeAll(async () => {
    device = new WebGpuDevice(await testGpu());
  });

  it('times every shape once, and takes from the store what it knows', async () => {
    // The last layers of a kind are small: not worth a compilation.
    const kinds = ['convForward', 'convInputGradient', 'convWeightGradient'];
    const tunables = kinds.flatMap(
      (kind) => workOf([plan]).find(({ use }) => use.operation === kind)?.use ?? [],
    );
    const add = vi.fn();
    const store = withMemory({ load: async () => null, add });
    const onStart = vi.fn();
    const options = { budgetMs: 200_000, store, onStart };
    const chosen = await tunedChoices(device.gpu, [{ tunables }, { tunables }], options);
    expect(onStart).toHaveBeenCalledOnce();
    const ids = tunables.map(({ id }) => id).sort();
    expect(Object.keys(chosen).sort()).toEqual(ids);
    expect(add).toHaveBeenCalledOnce();
    expect(add.mock.calls[0]?.[1]).toEqual(chosen);
    expect(lowerTraining({ graph, training, kernelChoices: chosen }).kernelChoices).toMatchObject(
      chosen,
    );

    expect(await tunedChoices(device.gpu, [{ tunables }], options)).toEqual(chosen);
    expect(onStart).toHaveBeenCalledOnce();
  });

  it('takes the defaults without a budget, and where the device is of no use', async () => {
    expect(await tunedChoices(device.gpu, [plan], { budgetMs: 0 })).toEqual(plan.kernelChoices);
    const dead = await ownGpu();
    dead.device.destroy();
    expect(await tunedChoices(dead, [plan], { budgetMs: 1000 })).toEqual(plan.kernelChoices);
  });

  // Not residual-8-option-b: in its first step a ReLU sees 7.8e-8, which any other order of summing may turn negative.
  it.each(['residual-8-option-a', 'bottleneck-11-option-c'])(
    'agrees with PyTorch on %s by other candidates than the defaults',
    async (name) => {
      let others = 0;
      const deviations = await compareCase(device, caseFiles(name), (options) => {
        const { tunables, kernelChoices } = lowerTraining(options);
        const choices = tunables.map(({ id, candidates }, i) => {
          const key = candidates[1 + (i % Math.max(1, candidates.length - 1))]?.key;
          return [id, key ?? kernelChoices[id] ?? ''];
        });
        const tuned = Object.fromEntries(choices);
        others = Object.keys(tuned).filter((id) => tuned[id] !== kernelChoices[id]).length;
        return tuned;
      });
      expect(others).toBeGreaterThan(10);
      expect(disagreements(deviations)).toEqual([]);
    },
  );
});
