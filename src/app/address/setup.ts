/** What an address says: the runs, how they are looked at, and what a teacher has taken off the page. */
import * as z from 'zod/mini';
import { ENGINE_IDS } from '../../engine/engineNames.ts';
import { type RunConfig, runConfigSchema } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import {
  type ChartSettings,
  chartSettingsSchema,
  DEFAULT_CHART_SETTINGS,
} from '../chartSettings.ts';
import {
  MOST_QUESTION_STEP,
  MOST_QUESTIONS,
  MOST_TASK_CHARACTERS,
  LEAST_QUESTION_STEP,
  QUESTION_PATTERN,
  TASK_PATTERN,
} from '../lesson/questions.ts';
import { entriesOf } from './entries.ts';
import { OPEN_LOCKS } from './lock.ts';
import { t } from '../../text/t.ts';

/** The version of addresses; those of another version are not read. */
export const ADDRESS_VERSION = '1';

const NAME_ERROR = { error: t`Must be a name of 1 to 60 characters.` };
const ID_ERROR = { error: t`Must be a short name such as "curves".` };
const EXPERIMENT_ERROR = {
  error: t`Must be an experiment and its size such as degradation.small.`,
};
const KERNELS_ERROR = { error: t`Must be as a link had it, such as "k1f0c2a3b-0120".` };
const HASH_ERROR = { error: t`Must be 64 hexadecimal digits of a SHA-256.` };
const LOCK_ERROR = { error: t`Must be on, off, ${OPEN_LOCKS.join(t` or `)}.` };
const TASK_ERROR = {
  error: t`Must be a plain text of at most ${MOST_TASK_CHARACTERS} characters.`,
};
const QUESTION_ERROR = {
  error: t`Must be lead, cut or gradient, a full stop, and a step from ${LEAST_QUESTION_STEP} to ${MOST_QUESTION_STEP}, such as lead.400.`,
};
const ASK_ERROR = { error: t`At most ${MOST_QUESTIONS} questions are asked.` };
const SLOT_ERROR = { error: t`Must be a whole number from 1 to 100.` };

const flag = () => z.boolean({ error: t`Must be on or off.` });
const id = () => z.string(ID_ERROR).check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, ID_ERROR));

/** How the engine does each convolution (`kernelCode`). */
const kernelsSchema = z
  .string(KERNELS_ERROR)
  .check(z.regex(/^k[0-9a-f]{8}-[0-9a-z]{1,400}$/, KERNELS_ERROR));

const { version: _, ...configShape } = runConfigSchema.shape;

/** A run: its config and, where they are not what the page would choose, its name, its colour and its kernels. */
export const runSchema = z.strictObject({
  ...configShape,
  name: z.optional(z.string(NAME_ERROR).check(z.regex(/^[^\p{Cc}\p{Cs}]{1,60}$/u, NAME_ERROR))),
  /** The place in the order of colours, from 1. */
  colour: z.optional(z.int(SLOT_ERROR).check(z.minimum(1, SLOT_ERROR), z.maximum(100, SLOT_ERROR))),
  kernels: z.optional(kernelsSchema),
  /** The hash that the finished run's weights are to have. */
  weightsSha256: z.optional(z.string(HASH_ERROR).check(z.regex(/^[0-9a-f]{64}$/, HASH_ERROR))),
});

const hidden = z.array(
  z
    .string()
    .check(
      z.regex(/^[a-zA-Z][a-zA-Z0-9.-]{0,59}$/, { error: t`Must be names of parts of the page.` }),
    ),
  { error: t`Must be a list of parts of the page.` },
);

/** Everything that is not about one run. */
export const pageSchema = z.strictObject({
  engine: z._default(
    z.enum(['automatic', ...ENGINE_IDS], {
      error: t`Must be automatic or ${ENGINE_IDS.join(t` or `)}.`,
    }),
    'automatic',
  ),
  view: z._default(id(), 'curves'),
  /** The experiment on the page, its size, and arms that are left out: `ladder.small.dirac`. */
  experiment: z.optional(
    z
      .string(EXPERIMENT_ERROR)
      .check(
        z.regex(
          /^[a-z][a-z0-9-]{0,39}\.(tiny|small|full|paper)(\.[a-z-]{1,40}){0,20}$/,
          EXPERIMENT_ERROR,
        ),
      ),
  ),
  /** Edits of one run go to all, shortcuts excepted. */
  linked: z._default(flag(), true),
  charts: z._default(chartSettingsSchema, DEFAULT_CHART_SETTINGS),
  /** Parts that are not shown. */
  hide: z._default(hidden, []),
  /** How far the setup can't be edited (`Lock`). */
  lock: z._default(z.union([flag(), z.enum(OPEN_LOCKS, LOCK_ERROR)], LOCK_ERROR), false),
  /** What students are to do, shown above the networks. */
  task: z.optional(z.string(TASK_ERROR).check(z.regex(TASK_PATTERN, TASK_ERROR))),
  /** Questions, `lead.400`, that the page answers once it has trained so far. */
  ask: z._default(
    z
      .array(z.string(QUESTION_ERROR).check(z.regex(QUESTION_PATTERN, QUESTION_ERROR)))
      .check(z.maxLength(MOST_QUESTIONS, ASK_ERROR)),
    [],
  ),
});

export interface SetupRun {
  readonly config: RunConfig;
  readonly name?: string | undefined;
  readonly colour?: number | undefined;
  readonly kernels?: string | undefined;
  readonly weightsSha256?: string | undefined;
}

export type PageSetup = Omit<z.infer<typeof pageSchema>, 'charts'> & {
  /** Null: as they are in the browser that opens the address. */
  readonly charts: ChartSettings | null;
};

export interface Setup {
  readonly page: PageSetup;
  /** Null: the pair that suits the adapter. */
  readonly runs: readonly [SetupRun, ...SetupRun[]] | null;
}

const { version: __, ...standardRun } = completeConfig({ version: 1 });

/** Without `model.classes`, whose default depends on the images. */
export const STANDARD_RUN = entriesOf(runSchema, standardRun);
STANDARD_RUN.delete('model.classes');
const standardPage = z.parse(pageSchema, {});
export const STANDARD_PAGE: PageSetup = { ...standardPage, charts: null };
export const STANDARD_PAGE_ENTRIES = entriesOf(pageSchema, standardPage);
