import { expect, it } from 'vitest';
import { pathsCsv } from './paths.ts';

it('writes the path, then what is known of the plane', () => {
  const surface = {
    ...({ kind: 'surface', images: 128, size: 3, range: 2, known: 1 } as const),
    loss: new Float64Array(9).fill(1.5),
    accuracy: new Float32Array(9).fill(0.5),
  };
  const points = [
    { step: 0, x: -3, y: 1 },
    { step: 8, x: 0, y: 0 },
  ];
  const result = {
    kind: 'path',
    points,
    shares: [0.8, 0.1],
    centre: [-1.5, 0.5],
    surface,
  } as const;
  expect(pathsCsv([{ name: 'R', result }]).split('\n')).toEqual([
    'run,step,images,first direction,second direction,loss,accuracy',
    '"R",0,128,-3,1,,',
    '"R",8,128,0,0,,',
    '"R",,128,-1.5,0.5,1.5,0.5',
    '',
  ]);
});
