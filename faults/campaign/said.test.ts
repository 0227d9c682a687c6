import { expect, it } from 'vitest';
import { saysLoss, saysNothingIsKept } from './said.ts';

it('knows a loss that is said by the step it goes on from, or by the steps to be made again', () => {
  expect(saysLoss('ResNet-6 and Plain-6, at step 1,200 of 4,000', 1200, 35)).toBe(true);
  expect(saysLoss('The page was reloaded after step 35, and no checkpoint was found.', 0, 35)).toBe(
    true,
  );
  expect(saysLoss('The runs were last saved after step 0 and can continue from there.', 0, 9)).toBe(
    true,
  );
  expect(saysLoss('35 steps are trained again.', 1200, 35)).toBe(true);
});

it('is not taken in by other numbers', () => {
  expect(saysLoss('These images are not CIFAR-10.', 1200, 35)).toBe(false);
  expect(saysLoss('Saved 10 s ago, 1200 kB in this browser.', 1200, 35)).toBe(false);
  expect(saysLoss('Finished step 4,000.', 1200, 35)).toBe(false);
  expect(saysLoss('', 0, 35)).toBe(false);
});

it('takes a warning that nothing can be kept as said before', () => {
  expect(saysNothingIsKept('This browser has no room left for a checkpoint.')).toBe(true);
  expect(saysNothingIsKept('Kept in this browser: step 7.')).toBe(false);
});
