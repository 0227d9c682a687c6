import { expect, test, vi } from 'vitest';
import type { EngineDevice } from '../engine/api.ts';
import { Trainer } from './trainer.ts';
import { TrainingSession } from './trainingSession.ts';

const adapter = { name: 'Test', vendor: '', architecture: '', isSoftware: true };

/** A device on which nothing is trained. */
const idleDevice = {
  ...{ adapter, maxBufferBytes: 1, noHalfPrecision: null, arithmetics: [] },
  lost: new Promise<never>(() => {}),
  measureGflops: async () => 1,
} as unknown as EngineDevice;

test('a run’s file that can’t be made is refused to whoever asked for it', async () => {
  const failure = new Error('the snapshot failed');
  const snapshot = vi.spyOn(Trainer.prototype, 'snapshot').mockRejectedValue(failure);
  const session = new TrainingSession({
    emit: () => undefined,
    openEngine: async () => ({ id: 'webgpu', device: idleDevice, passedOver: [] }),
  });
  void session.serve();
  session.handle({ type: 'open', baseUrl: 'http://localhost/' });
  await expect(session.saveRun('a')).rejects.toThrow('the snapshot failed');
  snapshot.mockRestore();
});
