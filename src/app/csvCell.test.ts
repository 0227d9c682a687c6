/** No name, from a file, a link or a record, becomes a formula in any of the tables. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RunHistory } from '../training/history.ts';
import { numbersCsv } from '../ui/experiments/NumbersTable.tsx';
import { metricsCsv } from './csv.ts';
import { csvLine } from './csvCell.ts';
import { degradation } from './experiments/definitions/degradation.ts';
import { drawnResult } from './experiments/testing/drawnResult.ts';
import { lesionsCsv } from './lesions.ts';
import { logMembers } from './logs/logZip.ts';
import { surfacesCsv } from './surfaces.ts';
import { append, placed } from './testing/history.ts';

/** Cells as a spreadsheet reads them whose lists are separated by `separator`. */
function cellsOf(csv: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i <= csv.length; i++) {
    const c = csv[i];
    if (isQuoted) {
      if (c === undefined) break;
      if (c !== '"') cell += c;
      else if (csv[i + 1] === '"') cell += csv[i++];
      else isQuoted = false;
    } else if (c === '"' && cell === '') isQuoted = true;
    else if (c === undefined || c === separator || c === '\n' || c === '\r') {
      cells.push(cell);
      cell = '';
    } else cell += c;
  }
  return [...cells, cell];
}

const isFormula = (cell: string): boolean =>
  /^\s*[=+\-@＝＋－＠]/.test(cell) && !/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(cell);
const formulas = (csv: string): string[] =>
  [',', ';', '\t'].flatMap((separator) => cellsOf(csv, separator)).filter(isFormula);

const anyName = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[=+\-@＝,;"\t\r\n a1(]{1,12}$/),
  fc.constantFrom(
    '=1+1',
    '\t=1',
    ' =1',
    'a;=1+1',
    '"=1',
    'x,"\n@SUM(1)',
    '＝1',
    "-2+3|cmd' /C calc'!A0",
    '-1',
  ),
);

it('marks what would be one, and leaves numbers and names alone', () => {
  expect(csvLine(['=1+1', -1.5, 'a', '-1e-5', undefined, Number.NaN])).toBe("'=1+1,-1.5,a,-1e-5,,");
  expect(csvLine(['ResNet-20, wide', 'a;=1'])).toBe(`"ResNet-20, wide","a;'=1"`);
  expect(csvLine(['a', 2], true)).toBe('"a",2');
  // In a list separated by semicolons, “-1,cmd(0)” is one cell.
  expect(csvLine(['-1', 'cmd(0)', '-1'])).toBe("'-1,cmd(0),-1");
});

const drawn = degradation.arms('small').map((arm) => ({
  ...drawnResult(arm, 20),
  curve: { step: [1], loss: [-1], error: [2] },
}));

it('is in no table, whatever runs, layers, blocks and arms are called', () => {
  fc.assert(
    fc.property(anyName, anyName, (name, layer) => {
      const history = new RunHistory({ parameterNames: [layer], activationNames: [layer] });
      append(history, { loss: [1, 2] });
      const run = { name, ...placed(history) };
      expect(formulas([...metricsCsv([run])].join(''))).toEqual([]);
      const row = { blocks: [layer, layer], loss: -1, accuracy: 1.5 };
      const lesions = { result: { rows: [row], images: 10 } as never, step: null };
      expect(formulas(lesionsCsv([{ name, ...lesions }]))).toEqual([]);
      const results = drawn.map((result) => ({ ...result, name }));
      expect(formulas(numbersCsv(degradation, results))).toEqual([]);
      const one = new Float32Array([-1]);
      const surface = { size: 1, known: 1, images: 3, span: 1, loss: one, accuracy: one } as never;
      expect(formulas(surfacesCsv([{ name, step: null, result: surface }]))).toEqual([]);
      for (const { path, parts } of logMembers([{ ...run, json: null }], 1e12)) {
        expect(path).toMatch(/^[\p{L}\p{N}./_-]+$/u);
        if (path.endsWith('.csv')) expect(formulas([...parts].join(''))).toEqual([]);
      }
    }),
    { numRuns: 200 },
  );
});
