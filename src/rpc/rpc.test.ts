import { afterEach, expect, test } from 'vitest';
import { serve, WorkerClient } from './rpc.ts';

const api = {
  double: (n: number) => 2 * n,
  later: async (text: string) => `${text}!`,
  none: () => 'nothing asked',
  fail: () => {
    throw new Error('it broke');
  },
  bytes: (buffer: ArrayBuffer) => buffer,
};

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A client and its worker in one thread, and the worker's end of the wire. */
function connected() {
  const log: string[] = [];
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  for (const port of [port1, port2]) port.start();
  serve(api, (error) => String(error), { bytes: (buffer) => [buffer] }, port2);
  const client = new WorkerClient<typeof api, string>({
    create: () => Object.assign(port1, { terminate: () => log.push('terminated') }),
    onEvent: (event) => log.push(`event ${event}`),
    onCrash: (reason) => client.end(`crashed: ${reason}`),
    onForeign: () => log.push('foreign'),
    failure: (message) => new TypeError(message),
  });
  return { client, log, page: port1, worker: port2 };
}

test('calls get their own answers, in whatever order', async () => {
  const { client } = connected();
  const answers = [client.call('later', 'a'), client.call('double', 4), client.call('none')];
  expect(await Promise.all(answers)).toEqual(['a!', 8, 'nothing asked']);
});

test('what a method throws is the call’s error, of the client’s kind', async () => {
  const { client } = connected();
  await expect(client.call('fail')).rejects.toEqual(new TypeError('Error: it broke'));
});

test('buffers are handed over both ways', async () => {
  const { client } = connected();
  const buffer = new ArrayBuffer(8);
  const back = await client.call('bytes', buffer, [buffer]);
  expect([buffer.byteLength, back.byteLength]).toEqual([0, 8]);
});

test('events arrive; foreign messages reach no method and no call', async () => {
  const { client, log, page, worker } = connected();
  const call = client.call('double', 1);
  worker.postMessage({ event: 'ready' });
  for (const message of [null, 'hello', { answer: 1 }, { type: 'failed' }]) {
    worker.postMessage(message);
  }
  for (const message of [null, { call: 9, method: 'toString' }, { method: 'double' }]) {
    page.postMessage(message);
  }
  expect(await call).toBe(2);
  await client.call('none');
  expect(log).toEqual(['event ready', ...new Array<string>(4).fill('foreign')]);
});

test('the end of the worker fails the calls that wait', async () => {
  const { client, log, page } = connected();
  const call = client.call('later', 'a');
  page.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
  await expect(call).rejects.toEqual(new TypeError('crashed: out of memory'));
  expect(log).toEqual(['terminated']);
});
