/** Anything → run config, or a list of what is wrong with it in plain words. */
import type { z } from 'zod';
import { type RunConfig, runConfigSchema } from './config.ts';
import { ConfigError, type ConfigIssue } from './errors.ts';

/** `['model', 'stageDepths', 1]` → `model.stageDepths[1]` */
function fieldPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (field, key) =>
      typeof key === 'number'
        ? `${field}[${key}]`
        : field
          ? `${field}.${String(key)}`
          : String(key),
    '',
  );
}

function describeIssue(issue: z.core.$ZodIssue): ConfigIssue[] {
  const field = fieldPath(issue.path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      field: fieldPath([...issue.path, key]),
      message: 'No such field. Check the spelling, or leave it out.',
    }));
  }
  return [{ field, message: issue.message }];
}

/**
 * Checks a config from a file, a URL or a message, and fills in the defaults.
 * @throws ConfigError with one issue for every field that is wrong.
 */
export function parseRunConfig(value: unknown): RunConfig {
  const result = runConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const [first, ...rest] = result.error.issues.flatMap(describeIssue);
  throw new ConfigError([first ?? { field: '', message: 'This is no run config.' }, ...rest]);
}
