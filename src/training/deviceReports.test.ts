import { expect, it } from 'vitest';
import { EngineError, halfPrecisionError } from '../engine/errors.ts';
import { noRecovery } from './deviceReports.ts';

it('advises what helps: other pages closed, or, where a run is refused, the weights exported', () => {
  const refused = new EngineError('device-refused', 'The graphics adapter refused a device: busy.');
  expect(noRecovery(refused)).toBe(
    'No new device: The graphics adapter refused a device: busy. Close other pages that use the graphics card or much memory and try again, or export the weights and reload.',
  );
  const half = noRecovery(halfPrecisionError('This graphics adapter has no shader-f16'));
  expect(half).toContain('no shader-f16');
  expect(half).toContain('Export the weights, then reload the page.');
  expect(half).not.toContain('Close other pages');
});
