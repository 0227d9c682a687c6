/** What a checkpoint file says in words: the JSON beside its tensors, and its schema. */
import * as z from 'zod/mini';
import { KNOWN_SET_IDS } from '../../data/knownSets.ts';
import { runConfigSchema } from '../../model/config.ts';
import { MAX_RUNS } from '../protocol/commands.ts';
import { CHECKPOINT_VERSION } from './checkpoint.ts';

const text = z.string().check(z.maxLength(1000));
const step = z.int().check(z.minimum(0), z.maximum(0x7fff_ffff));
const milliseconds = z.number().check(z.minimum(0));

const runSchema = z.strictObject({
  startId: z.optional(text),
  name: text.check(z.minLength(1)),
  slot: z.int().check(z.minimum(0), z.maximum(100)),
  config: runConfigSchema,
  given: z.optional(runConfigSchema),
  status: z.enum(['live', 'diverged', 'finished']),
  divergence: z.nullable(z.strictObject({ step, layer: text })),
  step,
  elapsedMs: milliseconds,
  images: z.nullable(
    z.strictObject({
      title: text,
      isCifar10: z.boolean(),
      dataset: z.optional(z.nullable(z.enum(KNOWN_SET_IDS))),
      sha256: z.optional(z.nullable(z.string().check(z.regex(/^[0-9a-f]{64}$/)))),
      classNames: z.optional(z.readonly(z.array(text).check(z.maxLength(1000)))),
      train: z.int().check(z.minimum(1)),
    }),
  ),
  lastTest: z.nullable(
    z.strictObject({
      step,
      images: z.int().check(z.minimum(1)),
      accuracy: z.number().check(z.minimum(0), z.maximum(1)),
    }),
  ),
  marks: z.array(z.strictObject({ step, label: text })).check(z.maxLength(100_000)),
  imported: z.nullable(z.strictObject({ source: text })),
  /** Steps a full row of the history holds. */
  stride: z.int().check(z.minimum(1), z.maximum(2 ** 30)),
  kernels: z.optional(z.unknown()),
  arithmetic: z.optional(z.enum(['exact', 'fast'])),
  replay: z.optional(runConfigSchema),
});

export const recordSchema = z.strictObject({
  version: z.literal(CHECKPOINT_VERSION),
  savedAtMs: milliseconds,
  adapter: z.strictObject({
    name: text,
    vendor: text,
    architecture: text,
    isSoftware: z.boolean(),
  }),
  runs: z.array(runSchema).check(z.minLength(1), z.maxLength(MAX_RUNS)),
});

export type CheckpointRecord = z.infer<typeof recordSchema>;
export type RunRecord = CheckpointRecord['runs'][number];

/** Just enough to tell which version wrote a record. */
export const versionSchema = z.looseObject({ version: z.number() });
