import { describe, expect, it } from 'vitest';
import { buildGraph } from '../../model/builder.ts';
import { applyChange } from '../../training/changes.ts';
import { EXPERIMENTS, experimentOf } from './registry.ts';
import { EXPERIMENT_SIZES } from './sizes.ts';
import { drawnResult } from './testing/drawnResult.ts';
import { roundsOf } from './time.ts';

it('has every experiment once', () => {
  const ids = EXPERIMENTS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(17);
  expect(experimentOf('degradation')?.title).toBe('Degradation');
  expect(experimentOf('nothing')).toBeNull();
});

describe.each(EXPERIMENTS)('$id', (experiment) => {
  it.each(EXPERIMENT_SIZES)('%s: nets that can be built, with names of their own', (size) => {
    const arms = experiment.arms(size);
    expect(arms.map(({ id }) => id)).toEqual(experiment.arms('paper').map(({ id }) => id));
    expect(new Set(arms.map(({ name }) => name)).size).toBe(arms.length);
    for (const { config, changes } of arms) {
      expect(buildGraph(config.model).parameterCount).toBeGreaterThan(0);
      for (const { step, change } of changes) {
        expect(step).toBeGreaterThan(0);
        expect(step).toBeLessThan(config.training.steps);
        expect(() => buildGraph(applyChange(config, change).config.model)).not.toThrow();
      }
    }
  });

  it('arms see the same images in the same order from one seed', () => {
    for (const size of EXPERIMENT_SIZES) {
      const seen = experiment.arms(size).map(({ config: { training, data, model } }) => {
        const { seed, batchSize, augment, steps } = training;
        return JSON.stringify([seed, batchSize, augment, steps, data, model.inputSize]);
      });
      expect(new Set(seen).size).toBe(1);
    }
  });

  it('published values belong to arms that there are', () => {
    const arms = experiment.arms('small').map(({ id }) => id);
    for (const { arm } of experiment.published.values)
      if (arm !== undefined) expect(arms).toContain(arm);
  });

  it('says so when all arms end alike', () => {
    const results = experiment.arms('small').map((arm) => drawnResult(arm, 70));
    const verdict = experiment.verdict(results);
    expect(verdict.agrees === true).toBe(false);
    expect(verdict.text).toMatch(/not show|differ/i);
  });
});

describe('verdicts', () => {
  const verdict = (id: string, errors: readonly number[]) => {
    const experiment = experimentOf(id);
    const arms = experiment?.arms('small') ?? [];
    return experiment?.verdict(arms.map((arm, i) => drawnResult(arm, errors[i] ?? 0)));
  };

  it('degradation: the deeper plain net is worse, the deeper residual net is not', () => {
    const found = verdict('degradation', [69.7, 84.2, 62.5, 55.1]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain(
      'Plain-44 ends at 84.2\u00a0% training error, Plain-20 at 69.7\u00a0%',
    );
    expect(found?.text).toContain('With shortcuts the deeper one is better');
  });

  it('degradation: that shortcuts help is only said beyond chance', () => {
    const found = verdict('degradation', [64.8, 76.4, 56.7, 61.6]);
    expect(found?.agrees).toBeNull();
    expect(found?.text).toContain(
      '4.9 points instead of 11.6, which one run of each net can’t tell',
    );
    expect(verdict('degradation', [64.1, 82.5, 56.9, 58.7])?.agrees).toBe(true);
  });

  it('degradation: the other way round is not passed off as the paper’s', () => {
    expect(verdict('degradation', [84.2, 69.7, 62.5, 60.1])?.agrees).toBe(false);
  });

  it('options: convolutions on every shortcut may cost, and it is said', () => {
    const found = verdict('shortcut-options', [78.3, 64.8, 67.1, 75]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('A and B beat no shortcut by at least 11.2 points');
    expect(found?.text).toContain('7.9 points behind B');
  });

  it('scaled shortcuts: which are behind the identity, beyond chance', () => {
    const found = verdict('scaled-shortcuts', [69, 80, 79, 74, 72, 79, 81]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain(
      'chance: Both halved, Shortcut halved, 1×1 convolutions, Dropout.',
    );
    expect(found?.text).toContain('Within chance of it: Exclusive gates, Gated shortcuts.');
    expect(verdict('scaled-shortcuts', [69, 80, 79, 74, 72, 71, 81])?.agrees).toBeNull();
    const other = verdict('scaled-shortcuts', [69, 60, 79, 74, 72, 79, 81]);
    expect(other?.agrees).toBe(false);
    expect(other?.text).toContain('the identity is beaten by Both halved.');
  });

  it('block order: each net to the side that the paper found, or not', () => {
    const found = verdict('block-order', [70, 79, 76, 62]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('published: BatchNorm after, ReLU before, Pre-activation.');
    expect(verdict('block-order', [70, 79, 71, 62])?.agrees).toBeNull();
    const opposite = verdict('block-order', [70, 79, 76, 80]);
    expect(opposite?.agrees).toBe(false);
    expect(opposite?.text).toContain('The opposite of what was published: Pre-activation.');
  });

  it('stochastic depth says which of its tests are missing', () => {
    const experiment = experimentOf('stochastic-depth');
    const results = (experiment?.arms('small') ?? []).map((arm) => drawnResult(arm, 70));
    const text = (untested: readonly string[]) =>
      experiment?.verdict(
        results.map((one) => (untested.includes(one.arm) ? { ...one, test: null } : one)),
      ).text;
    expect(text(['half'])).toContain('Only one of the two nets was tested');
    expect(text(['constant'])).toContain('Only one of the two nets was tested');
    expect(text(['constant', 'half'])).toContain('The nets were not tested.');
  });

  it('stochastic depth is judged by tests', () => {
    expect(verdict('stochastic-depth', [70, 68, 60])?.agrees).toBe(true);
    const found = verdict('stochastic-depth', [70, 72, 80]);
    expect(found?.agrees).toBe(false);
    expect(found?.text).toContain('81.0\u00a0% with a survival of 0.5. At this size the result is');
  });

  it('zero-init: the start counts, and an end within chance is called that', () => {
    const experiment = experimentOf('zero-init');
    const [usual, changed] = experiment?.arms('small') ?? [];
    if (usual === undefined || changed === undefined) throw new Error('no arms');
    const [one, zero] = [drawnResult(usual, 81), drawnResult(changed, 80)];
    const curve = { ...one.curve, loss: one.curve.loss.map((loss) => loss + 1) };
    const found = experiment?.verdict([{ ...one, curve }, zero]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('averages 3.28 in ResNet-110 and 2.27 in Zero-init-110');
    expect(found?.text).toContain('81.0\u00a0% and 80.0\u00a0%, a difference within chance');
    expect(experiment?.verdict([one, { ...zero, curve }])?.agrees).toBe(false);
    expect(experiment?.verdict([one, zero])?.agrees).toBeNull();
    const never = { ...one.curve, step: [], loss: [], error: [] };
    expect(experiment?.verdict([{ ...one, curve: never }, zero])?.agrees).toBeNull();
  });

  it('depth sweep: the plain net loses with depth, the residual net keeps what it has', () => {
    const plain = [60, 58, 61, 70, 78, 85];
    const found = verdict(
      'depth-sweep',
      plain.flatMap((error) => [error, 57]),
    );
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('Plain-14 has the lowest training error, 58.0\u00a0%');
    expect(found?.text).toContain('a plain net loses 27.0 points and a residual net 0.0');
    const both = plain.flatMap((error) => [error, error - 1]);
    expect(verdict('depth-sweep', both)?.agrees).toBeNull();
  });

  it('the myth: explosion with BatchNorm, and a fading without it, both told by numbers', () => {
    const experiment = experimentOf('gradient-myth');
    const norms: Record<string, readonly [first: number, last: number]> = {
      'plain-batch-20': [3, 0.3],
      'residual-batch-20': [1, 0.5],
      'plain-none-20': [0.1, 0.3],
      'residual-none-20': [30, 80],
      'plain-batch-56': [1000, 0.4],
      'residual-batch-56': [5, 0.5],
      'plain-none-56': [0.001, 0.0005],
      'residual-none-56': [1500, 9000],
    };
    const results = (experiment?.arms('small') ?? []).map((arm) => {
      const [first, last] = norms[arm.id] ?? [1, 1];
      const later = arm.id === 'plain-batch-56' ? 0.002 : 1;
      const flow = { step: [0, 150, 199], first: [first, later, later], last: [last, 1, 1] };
      const divergedAt = arm.id.startsWith('residual-none') ? 1 : null;
      return { ...drawnResult(arm, 80), flow, divergedAt };
    });
    const found = experiment?.verdict(results);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('is 10 and 2500 times the last convolution’s in the plain nets');
    expect(found?.text).toContain('at norms of 0.1 and 0.001 in the first layer, and with');
    expect(found?.text).toContain('with BatchNorm is 1 and 0.002 in the plain nets');
    expect(found?.text).toContain('Diverged: “ResNet-20, no norm”, “ResNet-56, no norm”.');
    expect(found?.text).toContain('what vanishes there had exploded before');
    expect(experiment?.own(results)[0]?.value).toBeCloseTo(10 ** (1 / 18), 10);
    // Kept before the norms were measured along the way.
    const old = results.map(({ flow: _, ...rest }) => rest);
    expect(experiment?.verdict(old).agrees).toBe(false);
  });

  it('ladder: says what each rung adds, and which part of it is chance', () => {
    const found = verdict('ladder', [50, 40, 39.5, 39, 39, 40, 40, 40, 40, 40]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('Constant rate ends at 49.0\u00a0% test accuracy.');
    expect(found?.text).toContain('+ linear to zero: +10.0 points.');
    expect(found?.text).toContain('+ 1-cycle: +0.5, within chance.');
    expect(found?.text).toContain('+ label smoothing: −1.0, within chance.');
    expect(found?.text).toContain('top rung, with Muon, it is 10.0 points');
  });

  it('ladder: every rung keeps what those below it set', () => {
    const arms = experimentOf('ladder')?.arms('small');
    const kept = {
      decayNormAndBias: false,
      labelSmoothing: 0.1,
      averageDecay: 0.99,
      testViews: 'crops',
    };
    expect(arms?.at(-2)?.config.training).toMatchObject({
      ...kept,
      learningRate: { type: 'oneCycle', base: 0.2 },
      optimizer: { type: 'sgd', nesterov: true, weightDecay: 5e-4 },
    });
    expect(arms?.at(-1)?.config.training).toMatchObject({
      ...kept,
      learningRate: { type: 'oneCycle', base: 0.1 },
      optimizer: { type: 'muon', nesterov: true, weightDecay: 0.01 },
    });
    expect(arms?.at(5)?.config.training).not.toHaveProperty('testViews');
  });

  it('ladder: a rung that is left out is missing from those above it', () => {
    const without = ['one-cycle', 'dirac', 'constant', 'nonsense'];
    const arms = experimentOf('ladder')?.arms('small', without) ?? [];
    expect(arms.map(({ id }) => id)).toEqual([
      ...['constant', 'linear', 'nesterov', 'no-decay', 'smoothing', 'averaging', 'views', 'muon'],
    ]);
    expect(arms.at(-1)?.config.training.learningRate).toMatchObject({ type: 'linear', base: 0.1 });
    expect(arms.at(-1)?.config.model).not.toHaveProperty('diracInit');
    const switches = experimentOf('ladder')?.switches?.map(({ id }) => id) ?? [];
    expect(switches).toHaveLength(9);
    expect(experimentOf('ladder')?.arms('small', switches)).toHaveLength(1);
  });

  it('ladder: a single rung is not compared with itself', () => {
    const experiment = experimentOf('ladder');
    const [first] = experiment?.arms('small') ?? [];
    if (first === undefined) throw new Error('no arm');
    expect(experiment?.verdict([drawnResult(first, 60)])).toMatchObject({
      agrees: null,
      text: expect.stringMatching(/One rung has nothing to be compared with\.$/),
    });
  });

  it('without BatchNorm: a net that diverged is taken as guessing', () => {
    const arms = experimentOf('without-norm')?.arms('small') ?? [];
    const [batch, none, skipInit, fixup] = arms.map((arm, i) =>
      drawnResult(arm, [87, 78, 75, 80][i] ?? 0),
    );
    if (none === undefined || fixup === undefined) throw new Error('no arms');
    const rest = [batch, skipInit].filter((result) => result !== undefined);
    const diverged = { ...none, divergedAt: 1 };
    const found = experimentOf('without-norm')?.verdict([...rest, diverged, fixup]);
    expect(found?.agrees).toBe(true);
    expect(found?.text).toContain('No BatchNorm diverged at step 1');
    expect(experimentOf('without-norm')?.verdict([...rest, none, fixup]).agrees).toBeNull();
  });

  it('warm-up: a difference within chance is none', () => {
    expect(verdict('warm-up', [88, 78])?.agrees).toBeNull();
    expect(verdict('warm-up', [90, 76])?.agrees).toBe(true);
    expect(verdict('warm-up', [76, 90])?.agrees).toBe(false);
  });
});

it('arms train four at a time', () => {
  const arms = experimentOf('degradation')?.arms('small') ?? [];
  expect(roundsOf([...arms, ...arms]).map(({ length }) => length)).toEqual([4, 4]);
  expect(roundsOf(arms.slice(0, 3)).map(({ length }) => length)).toEqual([3]);
});
