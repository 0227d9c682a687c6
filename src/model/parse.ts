/** Any value → run config, or a list of what is wrong with it in plain words. */
import * as z from 'zod/mini';
import { DATA_SOURCES } from '../data/dataSources.ts';
import { type RunConfig, type RunConfigInput, runConfigSchema } from './config.ts';
import { ConfigError, type ConfigIssue } from './errors.ts';
import { t } from '../text/t.ts';

/**
 * Checks a config from a file, a URL or a message, and fills in the defaults.
 * @throws ConfigError with one issue for every field that is wrong.
 */
export function parseRunConfig(value: unknown): RunConfig {
  const result = runConfigSchema.safeParse(withClassesOfSource(value));
  if (result.success) return result.data;
  const [first, ...rest] = result.error.issues.flatMap((issue) => describeIssue(issue));
  throw new ConfigError([first ?? { field: '', message: NOT_A_CONFIG }, ...rest]);
}

/**
 * `parseRunConfig` for configs in the program's own code, whose fields the compiler has checked.
 * @throws ConfigError if a value is outside its limits.
 */
export function completeConfig(config: RunConfigInput): RunConfig {
  return parseRunConfig(config);
}

/**
 * A config in which `model.classes`, if it is left out, is the number that the images named in `data.source` have;
 * anything else as it is.
 */
export function withClassesOfSource(value: unknown): unknown {
  const parts = z.safeParse(looseConfig, value).data;
  if (parts === undefined || parts.model?.classes !== undefined) return value;
  const classes = classesOf(parts.data.source);
  return classes === null ? value : { ...parts, model: { ...parts.model, classes } };
}

const looseConfig = z.looseObject({
  model: z.optional(z.looseObject({ classes: z.optional(z.unknown()) })),
  data: z.looseObject({ source: z.string() }),
});

function classesOf(source: string): number | null {
  return Object.hasOwn(DATA_SOURCES, source)
    ? DATA_SOURCES[source as keyof typeof DATA_SOURCES].classes
    : null;
}

const NOT_A_CONFIG = t`A run config is an object such as {"version": 1}.`;

/** `['model', 'stageDepths', 1]` → `model.stageDepths[1]` */
function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((field, key) => {
    if (typeof key === 'number') return `${field}[${key}]`;
    return field === '' ? String(key) : `${field}.${String(key)}`;
  }, '');
}

/** What is wrong, by field, in plain words. @param parent path of the checked value. */
export function describeIssue(
  issue: z.core.$ZodIssue,
  parent: readonly PropertyKey[] = [],
): ConfigIssue[] {
  const path = [...parent, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldPath([...path, key]),
      message: t`There is no such field. Check its spelling, or leave it out.`,
    }));
  }
  if (issue.code === 'invalid_union') {
    // The branch that was meant complains about fields, not about the value as a whole.
    const meant = issue.errors.find((branch) =>
      branch.every(({ code, path }) => code === 'unrecognized_keys' || path.length > 0),
    );
    if (meant !== undefined) return meant.flatMap((inner) => describeIssue(inner, path));
  }
  if (issue.code === 'invalid_type' && issue.expected === 'object') {
    const message = path.length === 0 ? NOT_A_CONFIG : t`Must be an object: {…}.`;
    return [{ field: fieldPath(path), message }];
  }
  return [{ field: fieldPath(path), message: issue.message }];
}
