import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { layerNames } from '../../model/layerNames.ts';
import type { Command } from '../../training/protocol/commands.ts';
import type { TrainingEvent } from '../../training/protocol/events.ts';
import type { FinalWeights } from '../../training/weightsHash.ts';
import { BuilderSession } from '../builderSession.ts';
import { offered } from '../experiments/state.ts';
import { PageSession } from '../pageSession.ts';
import { beginAddress, followAddress, linkOf, openLink } from './address.ts';
import { decodeSetup } from './decode.ts';
import { hiddenParts } from './lock.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const adapter = { name: 'Test', vendor: '', architecture: '', isSoftware: false };

/** A page with this address, on a worker that is played by the test. */
function page(hash: string, gflops = 0.5) {
  const commands: Command[] = [];
  let listener: (event: TrainingEvent) => void = () => undefined;
  const session = new PageSession({
    createTrainer: () => ({
      send: (command) => commands.push(command),
      subscribe: (given) => {
        listener = given;
        return () => undefined;
      },
      saveRun: async () => null,
      keepNow: async () => true,
      dispose: () => undefined,
    }),
    baseUrl: 'http://localhost/',
    saveFile: () => undefined,
  });
  const bar = { hash, replaced: 0, onChange: () => {} };
  beginAddress(session, hash, []);
  session.open();
  const engine = {
    engine: 'webgpu',
    passedOver: [],
    compared: null,
    remark: null,
    adapter,
    gflops,
    maxBufferBytes: 1e9,
    noHalfPrecision: null,
    arithmetics: [],
  } as const;
  listener({ type: 'ready', ...engine });
  followAddress(
    session,
    {
      read: () => bar.hash,
      replace: (to) => {
        bar.hash = to;
        bar.replaced++;
      },
      subscribe: (onChange) => {
        bar.onChange = onChange;
        return () => undefined;
      },
    },
    hash,
  );
  const state = () => session.store.getState();
  return {
    session,
    commands,
    bar,
    state,
    builder: new BuilderSession(session),
    configs: () => state().runs.map(({ config }) => config),
    paste: (to: string) => {
      bar.hash = to;
      bar.onChange();
    },
    settle: () => vi.advanceTimersByTime(2000),
    finish: (finalWeights: FinalWeights) => {
      const [run] = state().runs;
      if (run === undefined) throw new Error('no run');
      listener({ type: 'finished', id: run.id, step: 20, finalWeights });
    },
    prepare: (kernelCode: string | null, microBatchSize = 8) => {
      for (const { id, config } of state().runs) {
        const names = layerNames(buildGraph(config.model));
        listener({
          ...{ type: 'prepared', id, ...names, gpuBytes: 1, microBatchSize },
          ...{
            dispatchesPerStep: 1,
            compileMs: 1,
            tiles: {},
            kernelCode,
            weightsFrom: null,
            startId: 's',
          },
        });
      }
    },
    train: () => {
      for (const { id } of state().runs) {
        const { parameterNames, activationNames } = session.history(id);
        listener({
          type: 'metrics',
          batch: {
            ...{ id, step: Uint32Array.of(0), loss: Float32Array.of(2) },
            ...{ accuracy: Float32Array.of(0), learningRate: Float32Array.of(0.1) },
            elapsedMs: Float64Array.of(0),
            gradNorm: new Float32Array(parameterNames.length),
            weightNorm: new Float32Array(parameterNames.length),
            updateNorm: new Float32Array(parameterNames.length),
            activationStd: new Float32Array(activationNames.length),
          },
          imagesPerSecond: 1,
          stepMs: 1,
        });
      }
    },
  };
}

const TINY = 'v=1&model.stageDepths=1,1&model.stageWidths=4,8';
const PAIR = `${TINY}&run2.model.shortcuts=off`;

test('a page that nobody touched has no address; its link says its pair all the same', () => {
  const here = page('');
  here.settle();
  expect(here.bar).toMatchObject({ hash: '', replaced: 0 });
  const link = linkOf(here.state());
  const fast = page(link, 1000);
  expect(fast.configs()).toEqual(here.configs());
  expect(fast.configs()).not.toEqual(page('', 1000).configs());
});

test('the address follows edits, once they have settled, and is the page’s again when opened', () => {
  const here = page('');
  here.builder.edit({ model: { stageWidths: [4, 8, 16] } });
  here.builder.edit({ training: { steps: 50 } });
  vi.advanceTimersByTime(100);
  expect(here.bar.replaced).toBe(0);
  here.settle();
  expect(here.bar.replaced).toBe(1);
  expect(here.bar.hash).toContain('training.steps=50');
  expect(page(here.bar.hash).configs()).toEqual(here.configs());
});

test('a link’s kernels are asked for; those in use are in the address, with the micro-batches', () => {
  const kernels = 'k0123abcd-0011';
  const here = page(`${PAIR}&kernels=${kernels}`);
  const sent = here.commands.findLast((command) => command.type === 'setRuns');
  expect(sent?.type === 'setRuns' && sent.runs.map((run) => run.kernelCode)).toEqual([
    kernels,
    kernels,
  ]);
  here.prepare('k0123abcd-2222', 32);
  here.settle();
  expect(here.bar.hash).toBe(
    `${TINY}&training.microBatchSize=32&kernels=k0123abcd-2222&run2.model.shortcuts=off`,
  );
});

test('a link pasted before the first step is opened; after it, it waits for a word', () => {
  const here = page('');
  here.paste(PAIR);
  expect(here.configs().map(({ model }) => model.shortcuts)).toEqual([true, false]);
  expect(here.configs()[0]?.model.stageWidths).toEqual([4, 8]);
  here.prepare(null);
  here.train();
  const before = here.configs();
  here.settle();
  const own = here.bar.hash;

  here.paste(`${TINY}&training.seed=5`);
  here.settle();
  expect(here.configs()).toEqual(before);
  const { waiting } = here.state().address;
  expect(waiting?.setup.runs).toHaveLength(1);
  expect(here.bar.hash).toContain('training.seed=5');

  // Kept: the address is that of the page again.
  here.session.store.setState(({ address }) => ({ address: { ...address, waiting: null } }));
  here.settle();
  expect(here.bar.hash).toBe(own);
  if (waiting !== null) openLink(here.session, waiting);
  expect(here.configs().map(({ training }) => training.seed)).toEqual([5]);
  expect(here.session.hasSteps).toBe(false);
});

test('what cannot be read changes nothing; a lock keeps edits out, and its end lets them in', () => {
  const here = page(`${PAIR}&lock=on&hide=data`);
  const before = here.configs();
  here.paste('v=9&model.stem=imagenet');
  expect(here.state().address).toMatchObject({ lock: true, hidden: ['data'] });
  expect(here.state().address.refused.map(({ field }) => field)).toEqual(['address']);
  here.builder.edit({ training: { seed: 9 } });
  const [first] = here.state().runs;
  here.builder.change(first?.id ?? '', { kind: 'shortcuts', on: false });
  expect(here.configs()).toEqual(before);
  expect(here.state().runs.every(({ draft }) => draft === null)).toBe(true);

  here.session.store.setState(({ address }) => ({ address: { ...address, lock: false } }));
  here.builder.edit({ training: { seed: 9 } });
  here.settle();
  expect(here.configs().map(({ training }) => training.seed)).toEqual([9, 9]);
  expect(here.bar.hash).toBe(
    'v=1&hide=data&model.stageDepths=1,1&model.stageWidths=4,8&training.seed=9&run2.model.shortcuts=off',
  );
  expect(decodeSetup(here.bar.hash).refused).toEqual([]);
});

test('under a lock that is open to cuts only shortcuts change, and less of the page is shown', () => {
  const here = page(`${PAIR}&lock=cut&hide=reset&task=Cut+it&ask=lead.400,cut.500`);
  const { address } = here.state();
  expect(hiddenParts(address)).toEqual(expect.arrayContaining(['reset', 'builder', 'tab-inside']));
  expect(hiddenParts({ ...address, lock: 'explore' })).toEqual(['reset']);
  expect(address).toMatchObject({
    task: 'Cut it',
    questions: [
      { kind: 'lead', step: 400 },
      { kind: 'cut', step: 500 },
    ],
  });
  const [first] = here.state().runs;
  const id = first?.id ?? '';
  here.builder.edit({ training: { seed: 9 } });
  here.builder.change(id, { kind: 'learningRate', learningRate: 1 });
  expect(here.configs().map(({ training }) => training)).toEqual(
    page(PAIR)
      .configs()
      .map(({ training }) => training),
  );
  here.builder.change(id, { kind: 'blockShortcut', block: 'layer1.0', on: false });
  expect(here.configs()[0]?.model.cutShortcuts).toEqual(['layer1.0']);
  here.settle();
  expect(here.bar.hash).toContain('hide=reset&lock=cut&task=Cut+it&ask=lead.400,cut.500');
});

test('a lesson is about the networks of its link, not about those that are added', () => {
  const here = page(`${PAIR}&ask=lead.400`);
  const { networks } = here.state().address;
  expect(JSON.parse(networks ?? '')).toHaveLength(2);
  const [config] = here.configs();
  if (config === undefined) throw new Error('no run');
  here.session.addRun({ ...config, training: { ...config.training, seed: 9 } });
  here.settle();
  expect(decodeSetup(here.bar.hash).setup.runs).toHaveLength(3);
  expect(here.state().address.networks).toBe(networks);
});

test('a link can cut shortcuts by itself, of the first run that has any', () => {
  const here = page(`${TINY}&training.steps=900&model.shortcuts=off&run2.model.shortcuts=on`);
  const link = linkOf(here.state(), { ask: ['cut.500'] }, [500]);
  const cut = { step: 500, change: { kind: 'shortcuts', on: false } };
  expect(
    page(link)
      .configs()
      .map(({ training }) => training.changes),
  ).toEqual([undefined, [cut]]);
  const again = linkOf(page(link).state(), {}, [500]);
  expect(page(again).configs()[1]?.training.changes).toEqual([cut]);
});

test('an experiment on the page is in the address, and another page opens it without training', () => {
  const here = page('');
  here.session.store.setState({ experiment: offered('degradation', 'small') });
  here.settle();
  expect(here.bar.hash).toContain('experiment=degradation.small');
  const there = page(here.bar.hash);
  expect(there.state().experiment).toMatchObject({ id: 'degradation', status: 'offered' });
  expect(there.commands.some(({ type }) => type === 'train')).toBe(false);
  here.session.store.setState({ experiment: offered('ladder', 'full', ['dirac', 'no-decay']) });
  here.settle();
  expect(here.bar.hash).toContain('experiment=ladder.full.dirac.no-decay');
  expect(page(here.bar.hash).state().experiment?.without).toEqual(['dirac', 'no-decay']);
  expect(page('v=1&experiment=degradation.huge').state().address.refused).toMatchObject([
    { message: 'Must be an experiment and its size such as degradation.small.' },
  ]);
});

const HASH = 'c0ffee'.padEnd(64, '0');

test('the link of an exact run holds the hash that others come to, and makes their engine and arithmetic the same', () => {
  const here = page('v=1&training.steps=20');
  const [config] = here.configs();
  if (config === undefined) throw new Error('no run');
  const replay = { ...config, training: { ...config.training, arithmetic: 'exact' as const } };
  here.finish({ sha256: HASH, arithmetic: 'exact', replay });
  const link = linkOf(here.state());
  expect(link).toBe(
    `v=1&engine=cpu&training.arithmetic=exact&training.steps=20&weightsSha256=${HASH}`,
  );
  here.settle();
  expect(here.bar.hash).not.toContain('weightsSha256');

  here.finish({ sha256: HASH, arithmetic: 'fast', replay });
  expect(linkOf(here.state())).not.toContain('weightsSha256');
  const made = [{ step: 3, change: { kind: 'shortcuts', on: false } as const }];
  const changed = { ...replay, training: { ...replay.training, changes: made } };
  here.finish({ sha256: HASH, arithmetic: 'exact', replay: changed });
  expect(linkOf(here.state())).not.toContain('weightsSha256');

  const there = page(link);
  expect(there.state().runs[0]?.expectedSha256).toBe(HASH);
  there.settle();
  expect(there.bar.hash).toContain(`weightsSha256=${HASH}`);
  there.builder.edit({ training: { seed: 1 } });
  there.settle();
  expect(there.state().runs[0]?.expectedSha256).toBeNull();
  expect(there.bar.hash).not.toContain('weightsSha256');
});

test('a change by hand is not what a link expects', () => {
  const { session, state } = page(`v=1&training.steps=20&weightsSha256=${HASH}`);
  const id = state().runs[0]?.id ?? '';
  session.change(id, { kind: 'learningRate', learningRate: 0.01 });
  expect(state().runs[0]?.expectedSha256).toBeNull();
  expect(page('v=1&weightsSha256=abc').state().address.refused).toMatchObject([
    { field: 'weightsSha256', message: 'Must be 64 hexadecimal digits of a SHA-256.' },
  ]);
});
