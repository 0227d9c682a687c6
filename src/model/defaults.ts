/**
 * What a field means that a config leaves out, where that depends on no other field. A config that says so and one that
 * leaves it out are the same run.
 */
import type { ModelConfig, RunConfig, TrainingConfig } from './config.ts';

type Optional<T> = {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: T[K];
};

const MODEL: Optional<ModelConfig> = {
  ...{ shortcutScale: 1, gateBias: -6, shortcutDropout: 0, survival: 1 },
  ...{ squeezeExcitation: 0, diracInit: false, whitening: false },
};
const TRAINING: Optional<TrainingConfig> = {
  ...{ filterRate: 1, normAndBiasRate: 1, classifierRate: 1 },
  ...{ decayNormAndBias: true, mixup: 0, testViews: 'one' },
};
const OPTIMIZER: Optional<TrainingConfig['optimizer']> = { beta2: 0.999, epsilon: 1e-8 };
const AUGMENT: Optional<TrainingConfig['augment']> = { cutout: 0 };

export const DEFAULTS = { ...MODEL, ...TRAINING, ...OPTIMIZER, ...AUGMENT };

/** The same run, without the fields that say what leaving them out says. */
export function withoutDefaults(config: RunConfig): RunConfig {
  const { model, training } = config;
  return {
    ...config,
    model: without(model, MODEL),
    training: {
      ...without(training, TRAINING),
      optimizer: without(training.optimizer, OPTIMIZER),
      augment: without(training.augment, AUGMENT),
    },
  };
}

function without<T extends object>(fields: T, defaults: Partial<T>): T {
  const told = { ...fields };
  for (const key of Object.keys(defaults) as (keyof T)[]) {
    if (told[key] === defaults[key]) delete told[key];
  }
  return told;
}
