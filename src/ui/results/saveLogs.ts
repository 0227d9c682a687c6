/** Everything that the runs shown have measured, as a zip. */
import { deferred } from '../../chunk.ts';
import type { ShownRun } from '../../app/shownRun.ts';
import type { OpenLibrary } from '../createPage.ts';
import { saveFile } from '../saveFile.ts';

const logZip = deferred(() => import('../../app/logs/logZip.ts'));

/** Rejects where a run can't be read. */
export async function saveLogs(runs: readonly ShownRun[], openLibrary: OpenLibrary): Promise<void> {
  const { logMembers, zippedInSlices } = await logZip();
  const library = await openLibrary();
  const zipped = [];
  for (const run of runs) {
    const json = await library.json(run.id);
    zipped.push({ ...run, json: json === null ? null : new Uint8Array(json.bytes) });
  }
  const parts = await zippedInSlices(logMembers(zipped, Date.now()));
  saveFile('residual-playground-runs.zip', 'application/zip', parts);
}
