/** What `headless verify` verifies: a run's JSON, of the page or of `headless train`, or a config with the hash it comes to. */
import * as z from 'zod/mini';
import { buildGraph } from '../src/model/builder.ts';
import type { RunConfig } from '../src/model/config.ts';
import { ConfigError } from '../src/model/errors.ts';
import { parseRunConfig } from '../src/model/parse.ts';
import { checkChanges } from '../src/training/changes.ts';
import { type Claim, claimOf, UnverifiableError } from '../src/training/verification.ts';
import { NotUnderstoodError, reason } from './files.ts';

const hashSchema = z
  .string()
  .check(
    z.toLowerCase(),
    z.regex(/^[0-9a-f]{64}$/, { error: 'Must be 64 hexadecimal digits of a SHA-256.' }),
  );

/** Of a run's JSON, which has more; a config file has none of it but the hash. */
const recordSchema = z.looseObject({
  weightsSha256: z.nullish(hashSchema),
  /** What every step was computed in. */
  arithmetic: z.nullish(z.string()),
  config: z.optional(z.unknown()),
  /** The config that trains the run again; null where there is none. */
  replay: z.optional(z.unknown()),
  stepsDone: z.optional(z.int().check(z.minimum(1))),
  images: z.nullish(
    z.looseObject({
      title: z.string(),
      isCifar10: z.boolean(),
      train: z.int().check(z.minimum(1)),
    }),
  ),
  /** The file whose weights the run started from. */
  weightsFrom: z.nullish(z.string()),
  kernels: z.optional(z.unknown()),
  /** The same in a summary.json. */
  tiles: z.optional(z.unknown()),
});

export interface ClaimFile extends Claim {
  readonly weightsFrom: string | null;
  /** Trained on ready-made batches, of which no config tells. */
  readonly isOfBatches: boolean;
}

/**
 * @param name of the file, for messages.
 * @throws NotUnderstoodError where it is neither, or nothing in it can be verified.
 */
export function parseClaim(name: string, text: string): ClaimFile {
  try {
    return claimIn(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new NotUnderstoodError(`${name} is no JSON: ${error.message}`);
    }
    if (error instanceof UnverifiableError || error instanceof ConfigError) {
      throw new NotUnderstoodError(`${name} can't be verified. ${reason(error)}`);
    }
    throw error;
  }
}

/** @throws UnverifiableError, ConfigError */
function claimIn(value: unknown): ClaimFile {
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UnverifiableError(`${issue?.path.join('.') || 'The file'}: ${issue?.message}`);
  }
  const { weightsSha256, weightsFrom = null, images: told, tiles, ...file } = parsed.data;
  const images = told ?? null;
  const { kernels = tiles } = file;
  const isRun = 'config' in file || 'replay' in file;
  if (typeof weightsSha256 !== 'string') {
    throw new UnverifiableError('It holds no weightsSha256, the hash to compare with.');
  }
  const given = isRun ? (file.replay === undefined ? file.config : file.replay) : file;
  const replay = given === null ? null : configIn(given);
  const arithmetic = file.arithmetic === undefined ? replay?.training.arithmetic : file.arithmetic;
  const claim = claimOf({
    ...{ weightsSha256, images, kernels, replay, arithmetic: arithmetic ?? null },
    steps: file.stepsDone ?? replay?.training.steps ?? 0,
  });
  return { ...claim, weightsFrom, isOfBatches: isRun && told === null };
}

/** @throws ConfigError */
function configIn(value: unknown): RunConfig {
  const config = parseRunConfig(value);
  checkChanges(config);
  buildGraph(config.model);
  return config;
}
