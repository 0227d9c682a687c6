/** One fault of a config: the field, and what is wrong in plain words. */
export interface ConfigIssue {
  /** Path in the run config, e.g. `model.stageDepths` or `model.stageWidths[1]`; empty for the whole. */
  readonly field: string;
  readonly message: string;
}

/** A run config that cannot be read or built. Thrown before anything is allocated. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** Path of the first issue. */
  readonly field: string;

  /** @param issues at least one; the first is the one to show if there is room for only one. */
  constructor(readonly issues: readonly [ConfigIssue, ...ConfigIssue[]]) {
    super(
      issues
        .map(({ field, message }) => (field === '' ? message : `${field}: ${message}`))
        .join('\n'),
    );
    this.field = issues[0].field;
  }
}

/** @throws ConfigError with the one issue given. */
export function refuse(field: string, message: string): never {
  throw new ConfigError([{ field, message }]);
}
