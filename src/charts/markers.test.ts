import fc from 'fast-check';
import { expect, it } from 'vitest';
import { layOutMarkers } from './markers.ts';

it('puts a label right of its line, and left of it where there is no room', () => {
  const placed = layOutMarkers(
    [
      { at: 60, label: 'shortcuts off', who: null },
      { at: 490, label: 'resumed', who: null },
    ],
    [50, 500],
    11,
  );
  expect(placed.map(({ anchor, lane }) => [anchor, lane])).toEqual([
    ['start', 0],
    ['end', 0],
  ]);
});

it('never puts a label over another, and leaves none out while a lane is free', () => {
  const marker = fc.record({
    at: fc.integer({ min: 50, max: 500 }),
    label: fc.string({ minLength: 1, maxLength: 60 }),
    who: fc.constant(null),
  });
  fc.assert(
    fc.property(fc.array(marker, { maxLength: 12 }), (markers) => {
      const placed = layOutMarkers(markers, [50, 500], 11);
      expect(placed).toHaveLength(markers.length);
      const boxes = placed
        .filter(({ lane }) => lane !== null)
        .map(({ at, width, lane, anchor }) => {
          return {
            lane,
            from: anchor === 'start' ? at : at - width,
            to: anchor === 'start' ? at + width : at,
          };
        });
      for (const [i, a] of boxes.entries()) {
        for (const b of boxes.slice(i + 1)) {
          expect(a.lane !== b.lane || a.to <= b.from || b.to <= a.from).toBe(true);
        }
      }
      if (markers.length <= 4) expect(boxes).toHaveLength(markers.length);
    }),
  );
});

it('shortens the name of a run before what was done to it', () => {
  const who = 'ResNet-32 (now plain)';
  const shorts = (label: string) =>
    layOutMarkers([{ at: 60, label, who }], [0, 500], 11).map(({ short }) => short);
  expect(shorts(`${who}: shortcuts off`)).toEqual(['ResNet-32…: shortcuts off']);
  expect(shorts(`${who}: ${'x'.repeat(40)}`)[0]).toHaveLength(30);
});
