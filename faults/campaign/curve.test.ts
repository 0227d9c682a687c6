import { expect, it } from 'vitest';
import { compareCurves, parseCurve } from './curve.ts';

const HEADER = 'run,step,steps_in_row,elapsed_ms,train_loss,test_loss';
const csv = (...lines: string[]) => parseCurve([HEADER, ...lines].join('\r\n'));
const whole = csv('A,0,1,10,2.5,', 'A,1,1,20,2.25,1.5', 'A,1,0,,,1.5', 'B,0,1,10,2.5,');

it('finds no difference where only times differ, or a test was made by one alone', () => {
  const got = csv('A,0,1,99,2.5,1.75', 'A,1,1,199,2.25,', 'B,0,1,1,2.5,');
  expect(compareCurves(whole, got)).toEqual({ missing: 0, wrong: null });
});

it('finds the cell that differs, also in a test that both made', () => {
  const wrong = (...lines: string[]) => compareCurves(whole, csv(...lines)).wrong;
  expect(wrong('A,0,1,1,2.5000002,')).toBe('A, step 0, train_loss: 2.5000002 instead of 2.5');
  expect(wrong('A,1,1,1,2.25,1.6')).toBe('A, step 1, test_loss: 1.6 instead of 1.5');
  expect(wrong('A,9,1,1,2,')).toBe('A 9: the undisturbed run has no such step');
});

it('counts the steps that are missing, of the run that lacks most', () => {
  expect(compareCurves(whole, csv('B,0,1,1,2.5,')).missing).toBe(2);
  expect(compareCurves(whole, csv('B,0,1,1,2.5,'), 1).missing).toBe(1);
});

it('reads names with a comma', () => {
  const got = csv('"A, now ""plain""",0,1,10,2.5,');
  expect([...got.rows.keys()]).toEqual(['A, now "plain" 0']);
});
