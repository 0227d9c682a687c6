/** Edits that wait in a run: whether they can be built, and whether there still are any. */
import { buildGraph } from '../model/builder.ts';
import type { RunConfig } from '../model/config.ts';
import { ConfigError } from '../model/errors.ts';
import { parseRunConfig } from '../model/parse.ts';
import { sameConfig, withPending } from './edit.ts';
import type { PageState, RunView } from './state.ts';

/** What is wrong with a config, by field; empty where it can be built. */
export function configErrors(config: RunConfig): Record<string, string> {
  try {
    buildGraph(parseRunConfig(config).model);
    return {};
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.issues.map(({ field, message }) => [field, message]));
  }
}

/** The runs without drafts that say nothing new, and what is wrong with the others. */
export function checked(runs: readonly RunView[]): Pick<PageState, 'runs' | 'fieldErrors'> {
  const errors = runs.map((run) => configErrors(run.draft ?? run.config));
  const settled = runs.map((run) => {
    const { draft, config, pending } = run;
    const isSame = draft !== null && sameConfig(draft, withPending(config, pending));
    return isSame ? { ...run, draft: null } : run;
  });
  return { runs: settled, fieldErrors: Object.assign({}, ...errors) };
}
