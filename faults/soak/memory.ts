/** What a page and its workers hold, by the DevTools protocol, after a garbage collection of each. */
import type { CDPSession, Page } from '@playwright/test';

/** Megabytes, and counts of GPU buffers and DOM nodes. */
export interface Memory {
  readonly pageHeap: number;
  readonly workerHeap: number;
  readonly buffers: number;
  readonly wasm: number;
  readonly gpuBuffers: number;
  readonly files: number;
  readonly nodes: number;
}

const MB = 1e6;
const ANSWER_LIMIT_MS = 30_000;

/** Sends a command to one target, and gives its result. */
type Send = (method: string, params?: object) => Promise<Record<string, unknown>>;

interface Held {
  readonly heap: number;
  readonly buffers: number;
  readonly wasm: number;
  readonly gpuBuffers: number;
}

export async function memoryOf(page: Page): Promise<Memory> {
  const session = await page.context().newCDPSession(page);
  const ofPage = await held(
    (method, params) => session.send(method as 'Runtime.enable', params as never) as never,
  );
  const workers: Held[] = [];
  for (const send of await workersOf(session)) workers.push(await held(send));
  await session.detach();
  const sum = (of: (one: Held) => number) => workers.reduce((all, one) => all + of(one), 0);
  const { files, nodes } = await page.evaluate(inPage);
  return {
    pageHeap: ofPage.heap / MB,
    workerHeap: sum(({ heap }) => heap) / MB,
    buffers: (ofPage.buffers + sum(({ buffers }) => buffers)) / MB,
    wasm: sum(({ wasm }) => wasm) / MB,
    gpuBuffers: sum(({ gpuBuffers }) => gpuBuffers),
    files: files / MB,
    nodes,
  };
}

async function held(send: Send): Promise<Held> {
  await send('HeapProfiler.collectGarbage');
  const usage = await send('Runtime.getHeapUsage');
  return {
    heap: Number(usage.usedSize),
    buffers: Number(usage.backingStorageSize ?? 0),
    wasm: await total(send, 'WebAssembly.Memory', 'buffer.byteLength'),
    gpuBuffers: await total(send, 'globalThis.GPUBuffer', null),
  };
}

/** The sum of a property over all objects of a class, or their number; 0 where there is no such class. */
async function total(send: Send, name: string, property: string | null): Promise<number> {
  const expression = `typeof ${name} === 'undefined' ? null : ${name}.prototype`;
  const { result } = (await send('Runtime.evaluate', { expression })) as {
    result: { objectId?: string };
  };
  if (result.objectId === undefined) return 0;
  const { objects } = (await send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId,
  })) as { objects: { objectId: string } };
  const value = property === null ? '1' : `one.${property}`;
  const { result: answer } = (await send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: `function () { return this.reduce((sum, one) => sum + ${value}, 0); }`,
    returnByValue: true,
  })) as { result: { value?: unknown } };
  await send('Runtime.releaseObject', { objectId: objects.objectId });
  return Number(answer.value ?? 0);
}

/** The page's own workers; their threads share the memory that is counted with them. */
async function workersOf(session: CDPSession): Promise<Send[]> {
  const ids: string[] = [];
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') ids.push(sessionId);
  });
  await session.send('Target.setAutoAttach', {
    ...{ autoAttach: true, waitForDebuggerOnStart: false, flatten: false },
  });
  return ids.map((sessionId) => sender(session, sessionId));
}

function sender(session: CDPSession, sessionId: string): Send {
  let calls = 0;
  return (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++calls;
      const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), ANSWER_LIMIT_MS);
      session.on('Target.receivedMessageFromTarget', (event) => {
        if (event.sessionId !== sessionId) return;
        const answer = JSON.parse(event.message);
        if (answer.id !== id) return;
        clearTimeout(timer);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(`${method}: ${answer.error.message}`));
      });
      const message = JSON.stringify({ id, method, params });
      session.send('Target.sendMessageToTarget', { sessionId, message }).catch(reject);
    });
}

/** Runs in the page. */
async function inPage(): Promise<{ files: number; nodes: number }> {
  let files = 0;
  const folders = [await navigator.storage.getDirectory()];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const handle of folder.values()) {
      if (handle instanceof FileSystemFileHandle) files += (await handle.getFile()).size;
      else if (handle instanceof FileSystemDirectoryHandle) folders.push(handle);
    }
  }
  return { files, nodes: document.querySelectorAll('*').length };
}
