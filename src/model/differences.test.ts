import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { presetConfig } from './presets.ts';
import { configOf as config } from './testing/configs.ts';

describe('differences', () => {
  it('are none between equals', () => expect(differences(config(), config())).toEqual([]));

  it('are given in the words of the first config, the most telling first', () => {
    expect(differences(presetConfig('plain-56'), presetConfig('resnet-20'))).toEqual([
      'depth 56',
      'no shortcuts',
    ]);
    const odd = config({
      model: {
        block: 'bottleneck',
        order: 'pre',
        projection: 'C',
        stem: 'imagenet',
        stemWidth: 24,
        stageDepths: [2, 4],
        stageWidths: [8, 16],
        normalization: 'none',
        activation: 'tanh',
        init: 'glorot',
        zeroInitResidual: true,
        dropout: 0.2,
        classes: 12,
        inputSize: 16,
      },
      training: {
        seed: 3,
        batchSize: 64,
        steps: 1500,
        labelSmoothing: 0.1,
        optimizer: { momentum: 0.5, nesterov: true, weightDecay: 0 },
        learningRate: { type: 'cosine', base: 0.2, warmupSteps: 1000 },
        augment: { crop: false, flip: false },
      },
      data: { source: 'synthetic', train: 5000, test: 500 },
    });
    expect(differences(odd, config())).toEqual([
      'depth 20, stages 2-4',
      'option C',
      'bottleneck blocks',
      'pre-activation',
      'widths 8-16',
      'ImageNet stem',
      'stem width 24',
      'no BatchNorm',
      'tanh',
      'Glorot init',
      'branches start at zero',
      'dropout 0.2',
      '12 classes',
      '16×16 images',
      'learning rate 0.2, cosine, 1,000 warm-up steps',
      'batch 64',
      'momentum 0.5',
      'Nesterov',
      'weight decay 0',
      'label smoothing 0.1',
      'no crop',
      'no flip',
      '1,500 steps',
      'seed 3',
      'synthetic images',
      '5,000 training images',
      '500 test images',
    ]);
    expect(differences(config(), presetConfig('resnet-20'))).toEqual([
      'learning rate 0.1',
      '2,000 steps',
    ]);
    expect(differences(presetConfig('resnet-20'), config())[0]).toBe(
      'learning rate 0.1, drops at 32,000, 48,000',
    );
  });
});
