/** How a run differs from another in people's words, and what it is called after that. */
import type { RunConfig } from '../model/config.ts';
import { networkDepth } from '../model/networkName.ts';
import { t } from '../text/t.ts';
import { CONFIG_FIELDS } from './configFields.ts';
import type { ConfigField } from './fieldKinds.ts';
import { inOneLine } from './words.ts';

/** The fields in which two configs differ. */
export function differingFields(a: RunConfig, b: RunConfig): readonly ConfigField[] {
  return Object.values<ConfigField>(CONFIG_FIELDS).filter(
    ({ show, read = show }) => read(a) !== read(b),
  );
}

/** How `config` differs from `base`: `['depth 56', 'no shortcuts']`. */
export function differences(config: RunConfig, base: RunConfig): string[] {
  return differingFields(config, base).flatMap(({ phrase }) => phrase(config, base) ?? []);
}

/** The first `most` phrases in one line, and how many more there are: `depth 56, no shortcuts and 3 more`. */
export function shortList(phrases: readonly string[], most: number): string {
  const left = phrases.length - most;
  const shown = inOneLine(phrases.slice(0, left === 1 ? most + 1 : most));
  return left > 1 ? t`${shown} and ${left} more` : shown;
}

/** Differences that a name can take. */
const MOST_IN_NAME = 2;

/** Fields that a network's name tells already: `Plain-56`. */
const NAMED: ReadonlySet<string> = new Set(['model.shortcuts', 'model.order']);

const isNamedDepth = ({ field }: ConfigField, { model }: RunConfig, base: RunConfig): boolean =>
  field === CONFIG_FIELDS.stageDepths.field && networkDepth(model) !== networkDepth(base.model);

/** `Plain-56`, with what its name does not tell: `Plain-56, learning rate 0.01`. */
export function describedName(network: string, config: RunConfig, base: RunConfig | null): string {
  if (base === null) return network;
  const untold = differingFields(config, base).flatMap((differing) => {
    if (NAMED.has(differing.field) || isNamedDepth(differing, config, base)) return [];
    return differing.phrase(config, base) ?? [];
  });
  return shortList([network, ...untold], 1 + MOST_IN_NAME);
}
