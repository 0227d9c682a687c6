/**
 * What the library knows of a run without reading its file: enough for a table of runs. Records come out of the
 * browser's storage, where an older program, or a damaged disk, may have left them: each is brought up to date and
 * checked before it is believed.
 */
import * as z from 'zod/mini';
import { ENGINE_IDS } from '../../engine/engineNames.ts';
import { runConfigSchema } from '../../model/config.ts';
import { t } from '../../text/t.ts';

const text = z.string().check(z.maxLength(1000));
const step = z.int().check(z.minimum(0));
const milliseconds = z.number().check(z.minimum(0));
const share = z.number().check(z.minimum(0), z.maximum(1));
/** Null: not measured, or not finite. */
const measure = z.nullable(z.number());

const shape = {
  id: z.string().check(z.minLength(1), z.maxLength(100)),
  /** Given by a person; null: none, and the run is named after its network. */
  name: z.nullable(text),
  /** What it was called while it trained: `ResNet-20`. */
  network: text,
  /** Its place in the order of colours and dashes: `colourIndex` in the program. */
  slot: z.int().check(z.minimum(0), z.maximum(100)),
  config: runConfigSchema,
  /** `live`: stopped before its last step. */
  status: z.enum(['live', 'diverged', 'finished']),
  /** Steps done. */
  step,
  /** Milliseconds of training, pauses not counted. */
  elapsedMs: milliseconds,
  /** Milliseconds since 1970. */
  keptAtMs: milliseconds,
  parameters: z.int().check(z.minimum(0)),
  bestAccuracy: z.nullable(share),
  lastAccuracy: z.nullable(share),
  /** Gradient norm of the first layer over that of the last, at the last step. */
  gradientRatio: measure,
  /** Mean over the run. */
  imagesPerSecond: measure,
  engine: z.nullable(z.enum(ENGINE_IDS)),
  adapter: z.strictObject({
    name: text,
    vendor: text,
    architecture: text,
    isSoftware: z.boolean(),
  }),
  markers: z.array(z.strictObject({ step, label: text })).check(z.maxLength(100_000)),
  /** The file whose weights it started from. */
  weightsFrom: z.nullable(text),
  /** The hash of its weights; left out: stored before there was one. */
  weightsSha256: z.optional(text),
  /** What every step was computed in; left out: nothing with a choice, or not all in the same. */
  arithmetic: z.optional(z.enum(['exact', 'fast'])),
  /** The size of its file. */
  bytes: z.int().check(z.minimum(0)),
  isPinned: z.boolean(),
  /** When it was deleted, which can be undone for a while; null: it was not. */
  deletedAtMs: z.nullable(milliseconds),
};

type Fields = Record<string, unknown>;

/** The i-th turns a record of version i + 1 into one of version i + 2. */
const MIGRATIONS: readonly ((record: Fields) => Fields)[] = [];

export const RECORD_VERSION = MIGRATIONS.length + 1;

const recordSchema = z.strictObject({ version: z.int(), ...shape });
const versioned = z.looseObject({ version: z.int().check(z.minimum(1)) });

/** As it lies in the database. */
export type StoredRecord = z.infer<typeof recordSchema>;

/** A run of the library. */
export interface StoredRun extends Omit<StoredRecord, 'slot'> {
  readonly colourIndex: number;
}

/** What the page knows of a run that is to be stored; the rest is in its file. */
export type RunToStore = Pick<StoredRun, 'id' | 'name' | 'engine'>;

/** What a person may change. */
export type StoredRunPatch = Partial<Pick<StoredRun, 'name' | 'colourIndex' | 'isPinned'>>;

/** One deletion of one run: undone, or made final, only as long as the run is exactly what was deleted then. */
export interface Deletion extends Pick<StoredRun, 'id'> {
  readonly deletedAtMs: number;
}

export const toRecord = ({ colourIndex: slot, ...run }: StoredRun): StoredRecord => ({
  ...run,
  slot,
});

/** A record that can't be used; the message says why, for people. */
export class LibraryError extends Error {
  override readonly name = 'LibraryError';

  /** @param isNewer the record is fine, but for a newer version of this program. */
  constructor(
    message: string,
    readonly isNewer = false,
  ) {
    super(message);
  }
}

/**
 * Brings a stored record up to date and checks it.
 * @param migrations instead of the program's own, in tests.
 * @throws LibraryError naming what is wrong.
 */
export function parseStoredRun(value: unknown, migrations = MIGRATIONS): StoredRun {
  const head = versioned.safeParse(value);
  if (!head.success) throw new LibraryError(t`its record has no version`);
  const newest = migrations.length + 1;
  const { version } = head.data;
  if (version > newest) {
    throw new LibraryError(
      t`a newer version of this page wrote it (${version}; this one reads ${newest})`,
      true,
    );
  }
  let record: Fields = head.data;
  for (const migrate of migrations.slice(version - 1)) record = migrate(record);
  const result = recordSchema.safeParse({ ...record, version: newest });
  if (result.success) {
    const { slot: colourIndex, ...run } = result.data;
    return { ...run, colourIndex };
  }
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') || t`the top`;
  throw new LibraryError(t`its record is wrong at ${where}: ${issue?.message ?? ''}`);
}
