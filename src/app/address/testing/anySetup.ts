/** Random setups, made from the schemas themselves. */
import fc from 'fast-check';
import * as z from 'zod/mini';
import { buildGraph } from '../../../model/builder.ts';
import { MAX_RUNS } from '../../../training/protocol/commands.ts';
import { checkRunnable } from '../../../training/validateRun.ts';
import { DEFAULT_CHART_SETTINGS } from '../../chartSettings.ts';
import { isPart } from '../parts.ts';
import { bare, shapeOf } from '../schema.ts';
import { pageSchema, runSchema, type Setup, type SetupRun } from '../setup.ts';

type Fields = Readonly<Record<string, unknown>>;
type Check<T> = (value: unknown) => T | null;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `raw` without the fields, or fields of fields, that make it invalid. */
function kept<T>(raw: Fields, check: Check<T>): T {
  let fields: Fields = {};
  for (const [key, value] of Object.entries(raw)) {
    const parts = isFields(value) ? Object.entries(value) : [];
    const whole = { ...fields, [key]: value };
    if (check(whole) !== null) fields = whole;
    else {
      for (const [part, of] of parts) {
        const before = isFields(fields[key]) ? fields[key] : {};
        const more = { ...fields, [key]: { ...before, [part]: of } };
        if (check(more) !== null) fields = more;
      }
    }
  }
  const value = check(fields);
  if (value === null) throw new Error('the defaults are invalid');
  return value;
}

const checkRun: Check<SetupRun> = (value) => {
  const { success, data } = z.safeParse(runSchema, value);
  if (!success) return null;
  const { model, training, data: images, name, colour, kernels, weightsSha256, ...others } = data;
  const config = { version: 1 as const, model, training, data: images, ...others };
  try {
    buildGraph(config.model);
    checkRunnable(config);
  } catch {
    return null;
  }
  return {
    config,
    ...(name === undefined ? {} : { name }),
    ...(colour === undefined ? {} : { colour }),
    ...(kernels === undefined ? {} : { kernels }),
    ...(weightsSha256 === undefined ? {} : { weightsSha256 }),
  };
};

const checkPage: Check<Setup['page']> = (value) => {
  const page = z.safeParse(pageSchema, value).data;
  if (!page?.hide.every(isPart)) return null;
  const isStandard = JSON.stringify(page.charts) === JSON.stringify(DEFAULT_CHART_SETTINGS);
  return isStandard ? { ...page, charts: null } : page;
};

const anyFields = (schema: z.core.$ZodType): fc.Arbitrary<Fields> =>
  anyValue(schema).map((value) => (isFields(value) ? value : {}));

const anyRun = (): fc.Arbitrary<SetupRun> => anyFields(runSchema).map((raw) => kept(raw, checkRun));

/** Setups that can be had, with values in any field there is. */
export const anySetup = (): fc.Arbitrary<Setup> =>
  fc.record({
    page: anyFields(pageSchema).map((raw) => kept(raw, checkPage)),
    runs: fc.option(
      fc
        .tuple(anyRun(), fc.array(anyRun(), { maxLength: MAX_RUNS - 1 }))
        .map(([first, others]): [SetupRun, ...SetupRun[]] => [first, ...others]),
    ),
  });

/** What a regular expression asks for, by an example of it. */
const TEXTS: readonly string[] = [
  ...[
    'curves',
    'data',
    'model.activation',
    'k0123abcd-01z',
    '0123456789abcdef'.repeat(4),
    'layer1.0',
    'layer2.0',
    'ResNet-20',
    'lead.400',
    'cut.1500',
  ],
  ...['a & b = c', '50 % +1, #2', '<b>x</b>', '残差', '😀'],
];

/** Values of a schema, most of which it takes. */
function anyValue(wrapped: z.core.$ZodType): fc.Arbitrary<unknown> {
  const { schema, isOptional } = bare(wrapped);
  const value = anyBare(schema);
  return isOptional ? fc.oneof(fc.constant(undefined), value) : value;
}

function anyBare(schema: z.core.$ZodTypes): fc.Arbitrary<unknown> {
  const { def } = schema._zod;
  switch (def.type) {
    case 'object': {
      const fields = Object.entries(shapeOf(schema) ?? {});
      const values = Object.fromEntries(fields.map(([key, field]) => [key, anyValue(field)]));
      return fc.record(values, { requiredKeys: [] });
    }
    case 'union':
      return fc.oneof(...def.options.map(anyValue));
    case 'array':
      return fc.array(anyValue(def.element), { maxLength: 4 });
    case 'tuple':
      return fc.tuple(...def.items.map(anyValue));
    case 'boolean':
      return fc.boolean();
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries));
    case 'literal':
      return fc.constantFrom(...def.values);
    case 'number': {
      const { minimum = -1e9, maximum = 1e9 } = schema._zod.bag;
      const [min, max] = [Number(minimum), Number(maximum)];
      // Whole numbers fit everywhere; small ones make networks that can be built.
      return fc.oneof(
        fc.integer({ min: Math.ceil(min), max: Math.floor(Math.min(max, min + 40)) }),
        fc.integer({ min: Math.ceil(min), max: Math.floor(max) }),
        fc.double({ min, max, noNaN: true }).map((x) => x + 0),
      );
    }
    case 'string':
      return fc.constantFrom(...TEXTS);
    default:
      throw new Error(`no random values for the schema ${def.type}`);
  }
}
