import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fetchTrainedPair } from './trainedPair.ts';

const serving = (body: Uint8Array<ArrayBuffer> | null, status = 200) =>
  ((url: URL) => {
    expect(url.href).toBe('https://host/page/trained-pair.safetensors.gz');
    return Promise.resolve(new Response(body, { status }));
  }) as typeof fetch;

test('the pair is unpacked, whether the server has done so or not', async () => {
  const bytes = Uint8Array.of(8, 0, 1, 2, 3);
  for (const body of [bytes, new Uint8Array(gzipSync(bytes))]) {
    const file = await fetchTrainedPair('https://host/page/', serving(body));
    expect(new Uint8Array(await file.arrayBuffer())).toEqual(bytes);
  }
});

test('why it can’t be fetched is said in plain words', async () => {
  await expect(fetchTrainedPair('https://host/page/', serving(null, 404))).rejects.toThrow(
    /can’t be fetched: the server answers 404\./,
  );
  const offline = (() => Promise.reject(new TypeError('Failed to fetch'))) as typeof fetch;
  await expect(fetchTrainedPair('https://host/page/', offline)).rejects.toThrow(/nothing answers/);
});
