/** Shared by the model's tests. */
import type { ModelConfig, RunConfig, RunConfigInput } from '../config.ts';
import { ConfigError, type ConfigIssue } from '../errors.ts';
import { inputsOf, type LayerGraph } from '../graph.ts';
import { completeConfig } from '../parse.ts';

/** A run config with the defaults filled in. */
export function configOf(parts: Omit<RunConfigInput, 'version'> = {}): RunConfig {
  return completeConfig({ version: 1, ...parts });
}

/** A model config with the defaults filled in. */
export function modelOf(model: RunConfigInput['model']): ModelConfig {
  return configOf({ model }).model;
}

/** The issues of the ConfigError that `action` throws; none if it succeeds. */
export function issuesOf(action: () => unknown): readonly ConfigIssue[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.issues;
    throw error;
  }
}

/** Nodes as `name ← input[, shortcut]`, by name. */
export function wiring(graph: LayerGraph): string[] {
  const nameOf = (id: number): string => graph.nodes[id]?.name ?? `#${id}`;
  return graph.nodes.map((node) => {
    if (node.kind === 'input') return node.name;
    return `${node.name} ← ${inputsOf(node).map(nameOf).join(', ')}`;
  });
}

export function namesOf(things: readonly { readonly name: string }[]): string[] {
  return things.map(({ name }) => name);
}
