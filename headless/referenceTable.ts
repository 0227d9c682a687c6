/** Prints how far the engine is from PyTorch in every reference case, as a Markdown table. */
import type { EngineDevice } from '../src/engine/api.ts';
import { compareCase } from '../src/engine/reference/case.ts';
import { caseFiles, caseNames } from '../src/engine/reference/readCase.ts';
import type { ReferenceCommand } from './arguments.ts';
import { headlessDevice } from './headlessDevice.ts';

/** @returns the table's lines: a row a case, a column a quantity, in each cell the largest relative deviation. */
export async function referenceTable(device: EngineDevice): Promise<string[]> {
  const rows: string[][] = [];
  for (const name of caseNames()) {
    const deviations = await compareCase(device, caseFiles(name));
    if (rows.length === 0) {
      rows.push(
        ['case', ...deviations.map(({ quantity }) => quantity)],
        deviations.map(() => '---'),
      );
      rows[1]?.unshift('---');
    }
    rows.push([
      name,
      ...deviations.map(
        ({ worst, tolerance }) => `${worst.toExponential(1)}${worst <= tolerance ? '' : ' ✗'}`,
      ),
    ]);
  }
  return rows.map((cells) => `| ${cells.join(' | ')} |`);
}

/** `headless reference`: prints the table of the engine that the command names. */
export async function printReferenceTable(command: ReferenceCommand): Promise<void> {
  const { device } = await headlessDevice(command);
  process.stdout.write(`${device.adapter.name}\n\n${(await referenceTable(device)).join('\n')}\n`);
  device.destroy();
}
