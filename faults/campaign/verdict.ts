/** What became of a run that a fault hit. From the best to the worst. */
export const VERDICTS = [
  'whole',
  'lost as said',
  'RAW ERROR',
  'LOST IN SILENCE',
  'WRONG NUMBERS',
  'DEAD PAGE',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const isGood = (verdict: Verdict): boolean =>
  verdict === 'whole' || verdict === 'lost as said';

export interface CaseResult {
  readonly kind: string;
  readonly seed: number;
  /** Faults injected. */
  readonly faults: number;
  readonly verdict: Verdict;
  /** Of each fault that cost steps. */
  readonly stepsLost: readonly number[];
  readonly secondsLost: readonly number[];
  /** Why the verdict is what it is; empty where all is whole. */
  readonly note: string;
  readonly tookMs: number;
}
