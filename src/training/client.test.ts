import { expect, test } from 'vitest';
import { createTrainer } from './client.ts';
import type { TrainingEvent } from './protocol/events.ts';

/** A worker of which only messages and errors are used. */
class FakeWorker extends EventTarget {
  readonly sent: unknown[] = [];
  isTerminated = false;
  onmessage = null;
  onmessageerror = null;
  onerror = null;

  postMessage(message: unknown): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }

  tell(event: TrainingEvent): void {
    this.say({ event });
  }
}

function trainer() {
  const worker = new FakeWorker();
  const events: TrainingEvent[] = [];
  const client = createTrainer(worker);
  const unsubscribe = client.subscribe((event) => events.push(event));
  return { worker, client, events, unsubscribe };
}

test('commands go out, events come in, until the subscription ends', () => {
  const { worker, client, events, unsubscribe } = trainer();
  client.send({ type: 'train' });
  expect(worker.sent).toMatchObject([{ method: 'handle', argument: { type: 'train' } }]);
  worker.tell({ type: 'state', state: 'training' });
  unsubscribe();
  worker.tell({ type: 'state', state: 'paused' });
  expect(events).toEqual([{ type: 'state', state: 'training' }]);
});

test('a crash becomes a failed event that says what to do', () => {
  const { worker, events } = trainer();
  worker.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  expect(events).toEqual([
    {
      type: 'failed',
      message: 'The training worker stopped. It said: out of memory',
    },
  ]);
});

test.each([null, 'ready', { type: 'toString' }, { state: 'paused' }])(
  '%j is no event',
  (message) => {
    const { worker, events } = trainer();
    worker.say(message);
    expect(events.map(({ type }) => type)).toEqual(['failed']);
  },
);

test('dispose ends the worker', () => {
  const { worker, client } = trainer();
  client.dispose();
  expect(worker.isTerminated).toBe(true);
});
