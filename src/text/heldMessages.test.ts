import { expect, test } from 'vitest';
import { holdMessages } from './heldMessages.ts';

test('messages wait for the modules and arrive in their order', async () => {
  const scope = new EventTarget();
  const heard: unknown[] = [];
  const say = (data: unknown) => scope.dispatchEvent(new MessageEvent('message', { data }));
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  holdMessages(promise, scope as unknown as typeof globalThis);
  say('dropped by the browser otherwise');
  // Its module runs in a microtask after the awaited one.
  const listening = promise.then(() =>
    scope.addEventListener('message', (event) => heard.push((event as MessageEvent).data)),
  );
  resolve();
  await listening;
  say('still held');
  expect(heard).toEqual([]);
  await new Promise((done) => setTimeout(done, 5));
  say('at once');
  expect(heard).toEqual(['dropped by the browser otherwise', 'still held', 'at once']);
});
