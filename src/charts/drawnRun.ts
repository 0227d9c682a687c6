/** What a chart needs to know of a run to draw and name its line. */
export interface DrawnRun {
  readonly id: string;
  readonly name: string;
  /** Names its colour and dash. */
  readonly colourIndex: number;
  readonly isBaseline: boolean;
}
