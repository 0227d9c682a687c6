/** The sizes of experiments, by name. */

/**
 * `tiny`: a few steps of minimal nets, for tests. `small`: minutes, nets so narrow that the effect still shows.
 * `full`: the paper's depth and width on a short schedule. `paper`: the paper's schedule too.
 */
export const EXPERIMENT_SIZES = ['tiny', 'small', 'full', 'paper'] as const;
export type ExperimentSize = (typeof EXPERIMENT_SIZES)[number];
