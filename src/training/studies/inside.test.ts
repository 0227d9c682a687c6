/** Studies that look inside a net, in a session: against its own tests, and against each other. */
import { expect, test } from 'vitest';
import type { RunConfig } from '../../model/config.ts';
import { buildGraph } from '../../model/builder.ts';
import { withoutShortcuts } from '../../model/shortcuts.ts';
import { SessionHarness, tinyConfig } from '../testing/sessionHarness.ts';
import { planDeadUnits } from './deadUnits.ts';
import type { StudyContext } from './studyContext.ts';
import type { Study, StudyKind, StudyResult, StudyResultOf } from './study.ts';

const residual = tinyConfig();
const of = { run: 'res' };

async function trained(): Promise<SessionHarness> {
  const harness = new SessionHarness();
  const runs = [
    { id: 'res', config: residual },
    { id: 'plain', config: withoutShortcuts(residual) },
  ];
  harness.send({ type: 'open', baseUrl: 'http://localhost/' }, { type: 'setRuns', runs });
  await harness.until('prepared', 0, ({ id }) => id === 'plain');
  await harness.untilPaused({ type: 'step' });
  await harness.untilImagesArrived();
  return harness;
}

async function found<K extends StudyKind>(
  harness: SessionHarness,
  kind: K,
  study: Extract<Study, { kind: K }>,
): Promise<StudyResultOf<K>> {
  const from = harness.send({ type: 'study', key: kind, study });
  const failed = harness.until('studyFailed', from).then(({ message }) => {
    throw new Error(message);
  });
  failed.catch(() => undefined);
  const { step, result } = await Promise.race([harness.until('studyDone', from), failed]);
  expect(step).toBe(1);
  if (!isOf(result, kind)) throw new Error(`a result of ${result.kind}`);
  return result;
}

const isOf = <K extends StudyKind>(result: StudyResult, kind: K): result is StudyResultOf<K> =>
  result.kind === kind;

test('predictions, one’s own picture and activations agree with each other and with the run’s test', async () => {
  const harness = await trained();
  const asked = harness.send({ type: 'evaluate', id: 'res' });
  const tested = await harness.until('evaluated', asked, ({ id }) => id === 'res');
  const { predictions } = await found(harness, 'predictions', {
    kind: 'predictions',
    of,
    images: 50,
  });
  expect(predictions.images).toBe(50);
  const losses = predictions.loss.reduce((sum, loss) => sum + loss, 0);
  expect(losses / 50).toBeCloseTo(tested.loss, 5);
  const right = [...predictions.labels].filter(
    (label, i) => predictions.topClass[i * predictions.top] === label,
  );
  expect(right.length / 50).toBeCloseTo(tested.accuracy, 6);

  const image = 17;
  const images = await found(harness, 'testImages', { kind: 'testImages', of, images: [image, 3] });
  const pixels = images.pixels.slice(0, 3072);
  const own = await found(harness, 'ownImage', { kind: 'ownImage', of, pixels });
  const rank = [...own.probabilities.keys()].sort(
    (a, b) => (own.probabilities[b] ?? 0) - (own.probabilities[a] ?? 0),
  );
  const { top } = predictions;
  expect([...predictions.topClass.subarray(image * top, (image + 1) * top)]).toEqual(
    rank.slice(0, top),
  );
  // The same bytes give the same bits, whatever way they came.
  const kept = predictions.topProbability.subarray(image * top, (image + 1) * top);
  expect([...kept]).toEqual(rank.slice(0, top).map((c) => Math.fround(own.probabilities[c] ?? 0)));

  const byIndex = await found(harness, 'activations', {
    ...{ kind: 'activations', of, image: { test: image } },
  });
  const byPixels = await found(harness, 'activations', {
    ...{ kind: 'activations', of, image: { pixels } },
  });
  expect(byIndex.pixels).toEqual(pixels);
  expect([byIndex.label, byPixels.label]).toEqual([predictions.labels[image], null]);
  expect(byPixels.layers).toEqual(byIndex.layers);
  expect(byIndex.layers.map(({ name }) => name)).toContain('layer2.0.add');
  const logits = byIndex.layers.find(({ name }) => name === 'fc')?.values ?? [];
  expect(logits).toHaveLength(10);
  for (const [i, logit] of own.logits.entries()) expect(logits[i]).toBeCloseTo(logit, 4);

  const filters = await found(harness, 'filters', { kind: 'filters', of });
  expect(filters.weight.shape).toEqual([4, 3, 3, 3]);
  harness.send({ type: 'train' });
  await harness.until('metrics', asked, ({ batch }) => (batch.step.at(-1) ?? 0) >= 2);
  await harness.untilPausedNow({ type: 'pause' });
});

test('a picture of another size, or an image that is not there, is refused', async () => {
  const harness = await trained();
  const wrong: Study = { kind: 'ownImage', of, pixels: new Uint8Array(12) };
  const refused = harness.send({ type: 'study', key: 'a', study: wrong });
  expect((await harness.until('studyFailed', refused)).message).toMatch(/32×32/);
  const from = harness.send({
    ...{ type: 'study', key: 'b' },
    study: { kind: 'activations', of, image: { test: 5000 } },
  });
  const { message } = await harness.until('studyFailed', from);
  expect(message).toMatch(/5,?000/);
});

test('dead units are looked for in rounds that hold a few million values, however large the net', async () => {
  const rounds = async (config: RunConfig): Promise<number[]> => {
    const graph = buildGraph(config.model);
    const sizes: number[] = [];
    const outputs = new Map(
      graph.nodes.map(({ name, shape: { channels, height, width } }) => {
        return [name, new Float32Array(channels * height * width)] as const;
      }),
    );
    const context = {
      subject: { graph, config, kernelChoices: {}, weights: new Map() },
      images: () => 20,
      isDue: () => false,
      data: { image: () => ({ pixels: new Uint8Array() }) },
      device: {
        activations: async (_: unknown, __: unknown, images: readonly unknown[]) => {
          sizes.push(images.length);
          return images.map(() => ({ values: outputs }));
        },
      },
    } as unknown as StudyContext;
    const { run } = planDeadUnits({ kind: 'deadUnits', of, images: 20 });
    for await (const _ of run(context)) expect.unreachable();
    return sizes;
  };
  // 3.2 million values an image.
  const large = tinyConfig({ model: { stageWidths: [64, 64], inputSize: 64 } });
  expect(await rounds(large)).toEqual([5, 5, 5, 5]);
  expect(await rounds(residual)).toEqual([20]);
  const tooLarge = tinyConfig({
    model: { stageDepths: [40, 1], stageWidths: [64, 64], inputSize: 64 },
  });
  await expect(rounds(tooLarge)).rejects.toThrow(/too many to keep/);
});

test('dead units are the ReLUs that give 0 for every image', async () => {
  const harness = await trained();
  const { layers } = await found(harness, 'deadUnits', { kind: 'deadUnits', of, images: 2 });
  const first = await found(harness, 'activations', {
    ...{ kind: 'activations', of, image: { test: 0 } },
  });
  const second = await found(harness, 'activations', {
    ...{ kind: 'activations', of, image: { test: 1 } },
  });
  const relus = buildGraph(residual.model).nodes.filter(({ kind }) => kind === 'activation');
  const expected = relus.map(({ name }) => {
    const [a, b] = [first, second].map((result) => result.layers.find((one) => one.name === name));
    const silent = a?.values.filter((value, i) => value <= 0 && (b?.values[i] ?? 0) <= 0);
    return { units: a?.values.length, dead: silent?.length };
  });
  expect(layers.map(({ units, dead }) => ({ units, dead }))).toEqual(expected);
  expect(expected.some(({ dead = 0 }) => dead > 0)).toBe(true);
  expect(layers[0]?.layer).toBe('conv1');
  expect(layers.map(({ layer }) => layer)).toContain('layer1.0.conv2');
});
