/** Changes of a run between two steps: what they make of its config, and how the charts mark them. */
import { blockNames, buildGraph } from '../model/builder.ts';
import type {
  ModelConfig,
  RunChange,
  RunConfig,
  ScheduledChange,
  Schedule,
  TestViews,
} from '../model/config.ts';
import { ConfigError, refuse } from '../model/errors.ts';
import { t } from '../text/t.ts';

/** What can be done to a run between two steps: what its config can schedule, another number of steps, other tests. */
export type RunEdit =
  | RunChange
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'testViews'; readonly testViews: TestViews };

export interface ChangedConfig {
  readonly config: RunConfig;
  /** `shortcuts off`, `layer2.0 shortcut cut`, `learning rate 0.01`; empty where no curve changes. */
  readonly label: string;
}

/**
 * - A learning rate replaces the schedule by a constant from now on.
 * - Shortcuts on or off mean every block; single cuts made before are forgotten.
 * - One block's shortcut switched on in a net without any leaves all other blocks cut.
 *
 * @throws ConfigError when there is no such block.
 */
export function applyChange(config: RunConfig, change: RunEdit): ChangedConfig {
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
    case 'steps': {
      const training = { ...config.training, steps: change.steps };
      return { config: { ...config, training }, label: '' };
    }
    case 'testViews': {
      const { testViews } = change;
      const training = { ...config.training, testViews };
      return { config: { ...config, training }, label: `tests: ${testViews}` };
    }
    default:
      return change satisfies never;
  }
}

export interface ShortcutSwitch {
  /** Null: all of them. */
  readonly block: string | null;
  readonly on: boolean;
}

/** What a mark with this label says of shortcuts; null: it is about something else. */
export function shortcutSwitchOf(label: string): ShortcutSwitch | null {
  const [, block = null, state] = /^(?:shortcuts|(\S+) shortcut) (on|off|cut)$/.exec(label) ?? [];
  return state === undefined ? null : { block, on: state === 'on' };
}

/** Whether a mark with this label says that the learning rate was changed, by hand, by schedule or by going back. */
export const isLearningRateMark = (label: string): boolean =>
  /^(?:learning rate|back to step|(?:cosine|linear|1-cycle) over) /.test(label);

/** The label of a schedule that is stretched over another number of steps; empty where that leaves it as it is. */
export function stretchedLabel(type: Schedule['type'], steps: number): string {
  if (type === 'step') return '';
  return `${type === 'oneCycle' ? '1-cycle' : type} over ${steps} steps`;
}

/** Whether a mark with this label says that the run was resumed, which changes nothing of what it does. */
export const isResumedMark = (label: string): boolean => label === 'resumed';

function switchBlock(model: ModelConfig, block: string, on: boolean): ModelConfig {
  const blocks = blockNames(model);
  if (!blocks.includes(block)) refuse('model.cutShortcuts', t`There is no block ${block}.`);
  if (!model.shortcuts && !on) return model;
  const cut = new Set(model.shortcuts ? model.cutShortcuts : blocks);
  if (on) cut.delete(block);
  else cut.add(block);
  return { ...model, shortcuts: true, cutShortcuts: blocks.filter((name) => cut.has(name)) };
}

/** The next of the scheduled changes: the earliest, and of those at one step the first in the list. */
export function nextChange({ training }: RunConfig): ScheduledChange | null {
  const [first, ...others] = training.changes ?? [];
  if (first === undefined) return null;
  return others.reduce((next, entry) => (entry.step < next.step ? entry : next), first);
}

/** Why a run can't be trained on by train.py; null: it can. */
export function noContinuation(config: RunConfig): string | null {
  const next = nextChange(config);
  if (next === null) return null;
  return t`A change of the run is scheduled for step ${next.step}, which train.py can’t do. Train past that step first.`;
}

/** The config without one of its scheduled changes. */
export function withoutChange(config: RunConfig, made: ScheduledChange): RunConfig {
  const { changes = [], ...training } = config.training;
  const left = changes.filter((entry) => entry !== made);
  const scheduled = left.length > 0 ? { changes: left } : {};
  return { ...config, training: { ...training, ...scheduled } };
}

/** @throws ConfigError at `training.changes` where one of them cannot be made. */
export function checkChanges(config: RunConfig): void {
  let now = config;
  for (let next = nextChange(now); next !== null; next = nextChange(now)) {
    try {
      now = applyChange(withoutChange(now, next), next.change).config;
      buildGraph(now.model);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      refuse('training.changes', t`The change at step ${next.step}: ${error.issues[0].message}`);
    }
  }
}

/** Whether two configs describe the same network: same graph, same parameters. */
export function sameModel(a: RunConfig, b: RunConfig): boolean {
  return JSON.stringify(a.model) === JSON.stringify(b.model);
}
