/** Everything that reads what this program itself has written: checkpoints, configs, links, records. */
import { checkpointAt } from '../../src/training/checkpoint/testing/checkpoints.ts';
import { BLANK_CHECKSUM, CHECKSUM_KEY, seal } from '../../src/training/checkpoint/checksum.ts';
import { storedRun } from '../../src/app/library/testing/memoryLibrary.ts';
import { ofBytes, ofTexts, ofValues, type Parser, type Read } from './parser.ts';

const CONFIG = {
  version: 1,
  model: {
    stageDepths: [1, 1],
    stageWidths: [4, 8],
    cutShortcuts: ['layer2.0'],
    batchNormEps: 1e-5,
  },
  training: {
    steps: 30,
    learningRate: { type: 'cosine', base: 0.1, warmupSteps: 4, drops: [3] },
    optimizer: { type: 'adamw', momentum: 0.9, nesterov: false, weightDecay: 0.0001, beta2: 0.99 },
    decayNormAndBias: false,
    averageDecay: 0.9,
    normAndBiasRate: 8,
  },
  data: { source: 'cifar10', train: 1000, test: 20, mean: [0.5, 0.5, 0.5] },
} as const;

const LINKS = [
  '#v=1&model.stageDepths=9,9,9&run2.model.shortcuts=off&training.learningRate=0.05&view=runs',
  '#v=1&name=a%20b&model.block=bottleneck&model.cutShortcuts=layer1.0,layer2.0&runs=2&linked=off',
  '#v=1&training.optimizer.type=adam&training.learningRate.type=oneCycle&training.decayNormAndBias=off',
  '#v=1&hide=data,training.seed&lock=on&engine=cpu&experiment=degradation.small&data.source=own',
];

export const RECORD_PARSERS: readonly Parser[] = [
  {
    name: 'checkpoint',
    weight: 2,
    refusals: ['CheckpointError'],
    async open(): Promise<Read> {
      const { readCheckpoint } = await import('../../src/training/checkpoint/read.ts');
      const { writeCheckpoint } = await import('../../src/training/checkpoint/write.ts');
      const seed = await writeCheckpoint(checkpointAt(2));
      return ofBytes([seed], async (bytes) => readCheckpoint(await sealedAgain(bytes)));
    },
  },
  {
    name: 'config',
    weight: 10,
    refusals: ['ConfigError'],
    async open() {
      const { parseRunConfig } = await import('../../src/model/parse.ts');
      return ofValues([CONFIG], parseRunConfig);
    },
  },
  {
    name: 'config-built',
    weight: 4,
    refusals: ['ConfigError'],
    async open() {
      const { parseRunConfig } = await import('../../src/model/parse.ts');
      const { buildGraph } = await import('../../src/model/builder.ts');
      return ofValues([CONFIG], (value) => buildGraph(parseRunConfig(value).model));
    },
  },
  {
    name: 'run-json',
    weight: 8,
    refusals: ['NotUnderstoodError', 'UnverifiableError', 'ConfigError', 'HeadlessError'],
    async open() {
      const { parseClaim } = await import('../../headless/claimFile.ts');
      const claim = {
        weightsSha256: '0123456789abcdef'.repeat(4),
        arithmetic: 'exact',
        config: CONFIG,
        replay: CONFIG,
        stepsDone: 30,
        images: { title: 'CIFAR-10', isCifar10: true, train: 1000 },
        weightsFrom: null,
        kernels: {},
      };
      const texts = [
        JSON.stringify(claim),
        JSON.stringify({ ...CONFIG, weightsSha256: claim.weightsSha256 }),
      ];
      return ofTexts(texts, (text) => parseClaim('a.json', text));
    },
  },
  {
    name: 'link',
    weight: 3,
    refusals: [],
    async open() {
      const { decodeSetup } = await import('../../src/app/address/decode.ts');
      const { mended } = await import('../../src/app/address/handedOn.ts');
      return ofTexts(LINKS, (text) => [decodeSetup(text), mended(text)]);
    },
  },
  {
    name: 'library-record',
    weight: 10,
    refusals: ['LibraryError'],
    async open() {
      const { parseStoredRun, toRecord } = await import('../../src/app/library/storedRun.ts');
      return ofValues([JSON.parse(JSON.stringify(toRecord(storedRun('a'))))], (value) =>
        parseStoredRun(value),
      );
    },
  },
  {
    name: 'tab-state',
    weight: 10,
    refusals: [],
    async open() {
      const { readTabState, writeTabState } = await import('../../src/app/tabState.ts');
      const { runConfigSchema } = await import('../../src/model/config.ts');
      const run = {
        ...{
          tabKey: '0',
          name: 'ResNet-6',
          isNamed: false,
          colourIndex: 0,
          libraryId: 'a',
          storedStep: 12,
          startId: 'a',
          draft: null,
        },
        ...{
          kernelCode: null,
          expectedSha256: null,
          config: runConfigSchema.parse({ version: 1 }),
        },
      };
      let stored = '';
      const storage = () => ({
        getItem: () => stored,
        setItem: (_: string, text: string) => {
          stored = text;
        },
      });
      const area = { use: 'tab', storage } as const;
      const state = { isTraining: true, stepsDone: 7, lineage: 'a', view: 'curves', linked: true };
      writeTabState({ ...state, experiment: null, selected: 0, runs: [run] }, area);
      const seed = stored;
      const read = (text: string) => {
        stored = text;
        return readTabState(area);
      };
      const ofText = ofTexts([seed], read);
      const ofValue = ofValues([JSON.parse(seed)], (value) => read(JSON.stringify(value)));
      return (draws) => (draws.below(2) === 0 ? ofText(draws) : ofValue(draws));
    },
  },
];

/** With the right checksum, where there is still a place for it. */
async function sealedAgain(bytes: Uint8Array): Promise<Uint8Array> {
  const copy = Uint8Array.from(bytes);
  const start = 8 + `{"__metadata__":{"${CHECKSUM_KEY}":"`.length;
  if (copy.length < start + BLANK_CHECKSUM.length) return copy;
  copy.set(new TextEncoder().encode(BLANK_CHECKSUM), start);
  await seal(copy).catch(() => undefined);
  return copy;
}
