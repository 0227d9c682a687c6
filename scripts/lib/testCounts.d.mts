export interface SkippedTest {
  readonly name: string;
  readonly reason: string;
}
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
}
export function vitestCounts(json: string): TestCounts;
export function playwrightCounts(json: string): TestCounts;
