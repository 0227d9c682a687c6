/** A reporter of vitest: writes how many tests passed, and which failed or were skipped, to the file named in UNIT_COUNTS. */
import { writeFileSync } from 'node:fs';

export default class CountsReporter {
  onTestRunEnd(modules) {
    const report = { passed: 0, failed: 0, skipped: [] };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state, note = '' } = test.result();
        if (state === 'passed') report.passed += 1;
        else if (state === 'skipped') report.skipped.push({ name: test.fullName, reason: note });
        else report.failed += 1;
      }
      // A file that can't be loaded has no tests to fail.
      if (module.errors().length > 0) report.failed += 1;
    }
    writeFileSync(process.env.UNIT_COUNTS, JSON.stringify(report));
  }
}
