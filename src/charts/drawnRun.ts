/** What a chart needs to draw and label a run's line. */
export interface DrawnRun {
  readonly id: string;
  readonly name: string;
  /** Names its colour and dash. */
  readonly colourIndex: number;
  readonly isBaseline: boolean;
}
