/** Changes of a run between two steps: what they make of its config, and how the charts mark them. */
import { blockNames } from '../model/builder.ts';
import type { ModelConfig, RunConfig } from '../model/config.ts';
import { refuse } from '../model/errors.ts';
import type { RunChange } from './protocol.ts';

export interface ChangedConfig {
  readonly config: RunConfig;
  /** `shortcuts off`, `layer2.0 shortcut cut`, `learning rate 0.01` */
  readonly label: string;
}

/**
 * - A learning rate replaces the schedule by a constant from now on.
 * - Shortcuts on or off mean every block; single cuts made before are forgotten.
 * - One block's shortcut switched on in a net without any leaves all other blocks cut.
 *
 * @throws ConfigError when there is no such block.
 */
export function applyChange(config: RunConfig, change: RunChange): ChangedConfig {
  switch (change.kind) {
    case 'learningRate': {
      const { learningRate } = change;
      const training = { ...config.training, learningRate };
      return { config: { ...config, training }, label: `learning rate ${learningRate}` };
    }
    case 'shortcuts': {
      const model = { ...config.model, shortcuts: change.on, cutShortcuts: [] };
      return { config: { ...config, model }, label: `shortcuts ${change.on ? 'on' : 'off'}` };
    }
    case 'blockShortcut': {
      const model = switchBlock(config.model, change.block, change.on);
      const label = `${change.block} shortcut ${change.on ? 'on' : 'cut'}`;
      return { config: { ...config, model }, label };
    }
    default:
      return change satisfies never;
  }
}

function switchBlock(model: ModelConfig, block: string, on: boolean): ModelConfig {
  const blocks = blockNames(model);
  if (!blocks.includes(block)) refuse('model.cutShortcuts', `There is no block ${block}.`);
  if (!model.shortcuts && !on) return model;
  const cut = new Set(model.shortcuts ? model.cutShortcuts : blocks);
  if (on) cut.delete(block);
  else cut.add(block);
  return { ...model, shortcuts: true, cutShortcuts: blocks.filter((name) => cut.has(name)) };
}

/** Whether two configs describe the same network: same graph, same parameters. */
export function sameModel(a: RunConfig, b: RunConfig): boolean {
  return JSON.stringify(a.model) === JSON.stringify(b.model);
}
