import { expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { inSlices, metricsCsv } from './csv.ts';
import { append, historyOf, placed } from './testing/history.ts';

const linesOf = (runs: Parameters<typeof metricsCsv>[0]) =>
  [...metricsCsv(runs)].join('').split('\r\n');

it('writes every series of every run, test values where there are any', () => {
  const residual = new RunHistory({
    parameterNames: ['conv1.weight', 'fc.weight'],
    activationNames: [],
  });
  residual.append({
    step: Uint32Array.of(0, 1),
    loss: Float32Array.of(2.3, 2.1),
    accuracy: Float32Array.of(0.125, 0.25),
    learningRate: Float32Array.of(0.1, 0.1),
    elapsedMs: Float64Array.of(10.4, 20.6),
    gradNorm: Float32Array.of(1, 2, 3, Number.NaN),
  });
  residual.evaluated({ step: 1, loss: 2.25, accuracy: 0.5 });
  residual.evaluated({ step: 2, loss: 2, accuracy: 0.75 });
  const plain = historyOf({ loss: [2.5], accuracy: [0], elapsedMs: [5], names: ['fc.weight'] });
  // Batches of 20 of 100 images.
  expect(
    linesOf([
      { name: 'ResNet-20', ...placed(residual) },
      { name: 'Plain, "wide"', ...placed(plain) },
    ]),
  ).toEqual([
    'run,step,steps_in_row,epoch,images,elapsed_ms,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy,grad_norm/conv1.weight,grad_norm/fc.weight',
    'ResNet-20,0,1,0,0,10,0.1,2.3,0.125,,,1,2',
    'ResNet-20,1,1,0.2,20,21,0.1,2.1,0.25,2.25,0.5,3,',
    'ResNet-20,2,0,0.4,40,,,,,2,0.75,,',
    '"Plain, ""wide""",0,1,0,0,5,0.1,2.5,0,,,,1',
    '',
  ]);
});

it('writes the statistics of the layers, on lines of their own where their rows are coarser', () => {
  const history = new RunHistory({ parameterNames: ['fc.weight'], activationNames: ['conv1'] });
  for (let step = 0; step < 1025; step++) {
    history.append({
      step: Uint32Array.of(step),
      loss: Float32Array.of(1),
      accuracy: Float32Array.of(1),
      learningRate: Float32Array.of(0.1),
      elapsedMs: Float64Array.of(step),
      gradNorm: Float32Array.of(1),
      weightNorm: Float32Array.of(4),
      updateNorm: Float32Array.of(0.5),
      activationStd: Float32Array.of(step % 2),
    });
  }
  const [header, ...lines] = linesOf([{ name: 'a', ...placed(history) }]);
  expect(header?.split(',').slice(-4)).toEqual([
    'grad_norm/fc.weight',
    'weight_norm/fc.weight',
    'update_norm/fc.weight',
    'activation_std/conv1',
  ]);
  // 1,024 rows were taken: two steps share one from then on.
  expect(lines[0]?.endsWith(',1,,,')).toBe(true);
  expect(lines[1]?.endsWith(',1,4,0.5,0.5')).toBe(true);
  expect(lines).toHaveLength(1025 + 1);
});

it('has a cell for each column in every line, numbers in them, and no columns of its own making', () => {
  const names = ['conv1.weight', 'fc.weight'];
  const long = historyOf({ names, loss: Array.from({ length: 300 }, (_, i) => 2 - i / 300) }, 64);
  append(long, { loss: [Number.NaN, 1] });
  long.evaluated({ step: 6, loss: 1, accuracy: 0.5 });
  const short = historyOf({ names: ['fc.weight'], loss: [3] });
  const [header = '', ...lines] = linesOf([
    { name: 'long', ...placed(long) },
    { name: 'short', ...placed(short) },
  ]);
  const titles = header.split(',');
  expect(titles.filter((title) => !/^[a-z_]+(\/[\w.]+)?$/.test(title))).toEqual([]);
  expect(header).not.toMatch(/min|max/i);
  const cells = lines.slice(0, -1).map((line) => line.split(','));
  expect(new Set(cells.map(({ length }) => length))).toEqual(new Set([titles.length]));
  for (const column of titles.keys()) {
    const values = cells.map((line) => line[column] ?? '').filter((value) => value !== '');
    expect(values.length, titles[column]).toBeGreaterThan(0);
    if (column > 0) expect(values.map(Number).every(Number.isFinite)).toBe(true);
  }
  expect(cells.filter(([run]) => run === 'long')).toHaveLength(long.length + 1);
});

it('gives all lines in parts', async () => {
  const lines = Array.from({ length: 1234 }, (_, i) => `${i}\r\n`);
  expect((await inSlices(lines)).join('')).toBe(lines.join(''));
});
