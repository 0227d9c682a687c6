/** What the worker accepts: a message is a boundary like any other. */
import * as z from 'zod/mini';
import { ENGINE_IDS } from '../engine/engineNames.ts';
import { dataSchema, runChangeSchema, runConfigSchema, seedSchema } from '../model/config.ts';
import { IMAGE_INPUTS } from '../weights/exportModel.ts';
import { FORMAT_IDS } from '../weights/formats/registry.ts';
import { NAMINGS } from '../weights/names.ts';
import { namedTensorsSchema, runIdSchema } from './messageSchemas.ts';
import { type Command, MAX_RUNS } from './protocol.ts';
import { studySchema } from './studies/registry.ts';

const id = runIdSchema;
/** The page's name for a study. */
const key = z.string().check(z.minLength(1), z.maxLength(200));

const viewSchema = z.strictObject({
  name: z.string().check(z.minLength(1), z.maxLength(1000)),
  colourIndex: z.int().check(z.minimum(0), z.maximum(100)),
});

const runSchema = z.strictObject({
  id,
  config: runConfigSchema,
  view: z.optional(viewSchema),
  kernelCode: z.optional(z.string().check(z.maxLength(1000))),
});

const exportSchema = z.strictObject({
  format: z.enum(FORMAT_IDS),
  naming: z.enum(NAMINGS),
  input: z.enum(IMAGE_INPUTS),
});

const runsSchema = z.array(runSchema).check(
  z.maxLength(MAX_RUNS),
  z.refine((runs) => new Set(runs.map((run) => run.id)).size === runs.length, {
    error: 'two runs have the same id',
  }),
);

export const commandSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('open'),
    baseUrl: z.string().check(z.maxLength(10_000)),
    engine: z.optional(z.enum(['automatic', ...ENGINE_IDS])),
  }),
  z.strictObject({ type: z.literal('useEngine'), engine: z.enum(ENGINE_IDS) }),
  z.strictObject({ type: z.literal('setRuns'), runs: runsSchema }),
  z.strictObject({ type: z.literal('train') }),
  z.strictObject({ type: z.literal('pause') }),
  z.strictObject({ type: z.literal('step') }),
  z.strictObject({ type: z.literal('reset') }),
  z.strictObject({ type: z.literal('change'), id, change: runChangeSchema }),
  z.strictObject({ type: z.literal('evaluate'), id }),
  z.strictObject({ type: z.literal('profile'), id }),
  z.strictObject({ type: z.literal('exportWeights'), id, choice: exportSchema }),
  z.strictObject({ type: z.literal('continueInPyTorch'), id }),
  z.strictObject({
    type: z.literal('loadWeights'),
    id,
    source: z.string().check(z.maxLength(1000)),
    tensors: namedTensorsSchema,
  }),
  z.strictObject({
    type: z.literal('restore'),
    id,
    learningRateFactor: z.number().check(z.positive(), z.maximum(10)),
  }),
  z.strictObject({
    type: z.literal('predict'),
    images: z.array(z.int().check(z.minimum(0))).check(z.maxLength(256)),
  }),
  z.strictObject({ type: z.literal('study'), key, study: studySchema }),
  z.strictObject({ type: z.literal('cancelStudy'), key }),
  z.strictObject({ type: z.literal('recover') }),
  z.strictObject({ type: z.literal('loseDevice') }),
  z.strictObject({
    type: z.literal('loadData'),
    data: dataSchema,
    seed: seedSchema,
  }),
  z.strictObject({ type: z.literal('deleteData') }),
  z.strictObject({ type: z.literal('label'), id, view: viewSchema }),
  z.strictObject({ type: z.literal('saveRun'), id, request: z.int().check(z.minimum(0)) }),
  z.strictObject({ type: z.literal('exportCheckpoint') }),
  z.strictObject({
    type: z.literal('resume'),
    file: z.nullable(z.instanceof(Blob)),
    ids: z.array(id).check(
      z.length(MAX_RUNS),
      z.refine((ids) => new Set(ids).size === ids.length, { error: 'two ids are the same' }),
    ),
  }),
  z.strictObject({ type: z.literal('discardCheckpoint') }),
  z.strictObject({ type: z.literal('keepCheckpoint'), isClosing: z.boolean() }),
]) satisfies z.ZodMiniType<Command>;

/**
 * Checks a message from the page.
 * @throws Error naming the first thing that is wrong.
 */
export function parseCommand(message: unknown): Command {
  const result = commandSchema.safeParse(message);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new Error(`The training worker got a message it can't read: ${where}${issue?.message}`);
}
