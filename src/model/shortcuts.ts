/** A net with and without its shortcuts: the residual net and its plain twin. */
import { blockNames } from './builder.ts';
import type { ModelConfig, RunConfig, TrainingConfig } from './config.ts';

/** Whether any block still has its shortcut. */
export function hasShortcuts(model: ModelConfig): boolean {
  return model.shortcuts && blockNames(model).some((name) => !model.cutShortcuts.includes(name));
}

/** The plain twin: no shortcuts, and everything else, the seed included, unchanged. */
export const withoutShortcuts = (config: RunConfig): RunConfig => withShortcuts(config, false);

/** The residual twin: every shortcut, and everything else, the seed included, unchanged. */
export const withAllShortcuts = (config: RunConfig): RunConfig => withShortcuts(config, true);

function withShortcuts(config: RunConfig, shortcuts: boolean): RunConfig {
  const training = withoutShortcutChanges(config.training);
  return { ...config, training, model: { ...config.model, shortcuts, cutShortcuts: [] } };
}

/** Scheduled changes of shortcuts would undo what makes it a twin. */
function withoutShortcutChanges({ changes, ...training }: TrainingConfig): TrainingConfig {
  const left = changes?.filter(({ change }) => change.kind === 'learningRate') ?? [];
  return left.length > 0 ? { ...training, changes: left } : training;
}
