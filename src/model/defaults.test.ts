import { expect, test } from 'vitest';
import { runConfigSchema } from './config.ts';
import { DEFAULTS, withoutDefaults } from './defaults.ts';
import { completeConfig } from './parse.ts';

/** Fields that may be left out and whose meaning then depends on others, or that then say nothing. */
const OTHERS = [
  'branchScale',
  'branchScaleStart',
  'shortcutGate',
  'stemPool',
  'stemWidth',
  'normGroups',
  'averageDecay',
  'changes',
];
const OF_DATA = ['normalizationSource', 'imagesSha256'];

/** Names of the optional fields of a zod object and of the objects in it. */
function optionalFields(schema: unknown): string[] {
  const { innerType, shape = {} } = (schema as ZodType)._zod.def;
  if (innerType !== undefined) return optionalFields(innerType);
  return Object.entries(shape).flatMap(([name, field]) =>
    field._zod.def.type === 'optional' ? [name] : optionalFields(field),
  );
}

/** As zod keeps it, which its types do not tell. */
interface ZodType {
  readonly _zod: {
    readonly def: {
      readonly type: string;
      readonly innerType?: unknown;
      readonly shape?: Readonly<Record<string, ZodType>>;
    };
  };
}

test('every field that may be left out has its meaning here, or none of its own', () => {
  expect([...Object.keys(DEFAULTS), ...OTHERS, ...OF_DATA].sort()).toEqual(
    optionalFields(runConfigSchema).sort(),
  );
});

test('what is said although it goes without saying is left out', () => {
  const config = completeConfig({
    version: 1,
    training: { optimizer: { type: 'adam' }, augment: { crop: false } },
  });
  const { model, training } = config;
  const told = {
    ...config,
    model: { ...model, shortcutScale: 1, survival: 1, diracInit: false, stemWidth: 16 },
    training: {
      ...training,
      ...{ decayNormAndBias: true, mixup: 0, testViews: 'one' as const },
      optimizer: { ...training.optimizer, beta2: 0.999, epsilon: 1e-8 },
      augment: { ...training.augment, cutout: 0 },
    },
  };
  const left = withoutDefaults(told);
  expect(left).toEqual({ ...config, model: { ...model, stemWidth: 16 } });
  expect(Object.keys(left.training)).toEqual(Object.keys(training));
  expect(withoutDefaults({ ...told, training: { ...told.training, mixup: 0.2 } }).training).toEqual(
    {
      ...training,
      mixup: 0.2,
    },
  );
});
