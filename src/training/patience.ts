/** Which commands wait for a test to end. */
import type { Command, SaveRun } from './protocol.ts';

const PATIENT: ReadonlySet<(Command | SaveRun)['type']> = new Set([
  'evaluate',
  'profile',
  'exportWeights',
  'continueInPyTorch',
  'predict',
  'study',
  'cancelStudy',
  'label',
  'saveRun',
  'exportCheckpoint',
  'discardCheckpoint',
  'keepCheckpoint',
]);

/** Whether a command waits for the test under way; all others cut it short. */
export const waitsForTest = ({ type }: Command | SaveRun): boolean => PATIENT.has(type);
