export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}
export function vitestCounts(json: string): TestCounts;
export function playwrightCounts(json: string): TestCounts;
