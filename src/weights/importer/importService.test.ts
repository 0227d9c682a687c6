import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import { EXPECTED, fixture } from '../testing/fixtures.ts';
import { ImportService } from './importService.ts';
import type { Reply } from './messages.ts';

const fileOf = (name: string): Blob => new Blob([Uint8Array.from(fixture(name))]);
const model = completeConfig({
  version: 1,
  model: { stageDepths: [1, 1], stageWidths: [2, 4], projection: 'B' },
}).model;
const wider: ModelConfig = { ...model, stageWidths: [2, 8] };

const open = (desk: ImportService, name: string): Promise<Reply> =>
  desk.answer({ id: 1, type: 'open', file: fileOf(name), fileName: name });

describe('an import', () => {
  it('tells of a file, holds it against networks, and hands its tensors out', async () => {
    const desk = new ImportService();
    expect(await open(desk, 'checkpoint.pth')).toMatchObject({
      ...{ id: 1, type: 'open' },
      opened: {
        ...{ fileName: 'checkpoint.pth', format: 'PyTorch', fileBytes: 15915, tensors: 38 },
        remarks: ['The weights are the file’s “state_dict”.'],
        cautions: [expect.stringContaining('does not say how its images were normalised')],
        proposal: { source: 'shapes', model: { stageWidths: [2, 4] } },
        proposalFault: null,
      },
    });
    const right = await desk.answer({ id: 2, type: 'match', model });
    const rows = right.type === 'match' ? right.rows : [];
    expect(rows.filter(({ status }) => status === 'matched')).toHaveLength(32);
    const wrong = await desk.answer({ id: 3, type: 'match', model: wider });
    expect(wrong.type === 'match' && wrong.rows.map(({ status }) => status)).toContain(
      'wrong shape',
    );

    expect(await desk.answer({ id: 4, type: 'take', model: wider })).toEqual({
      ...{ id: 4, type: 'failed' },
      message: expect.stringContaining(
        'layer2.0.conv1.weight is F32 [4, 2, 3, 3], not F32 [8, 2, 3, 3]',
      ),
    });
    const taken = await desk.answer({ id: 5, type: 'take', model });
    const tensors = taken.type === 'take' ? taken.tensors : [];
    expect(tensors.find(({ name }) => name === 'fc.bias')).toEqual({
      ...{ name: 'fc.bias', shape: [10] },
      data: Float32Array.from(EXPECTED['fc.bias']?.data ?? []),
    });
    // What was handed out may be transferred away; the file is still whole.
    for (const { data } of tensors) structuredClone(data, { transfer: [data.buffer] });
    expect(await desk.answer({ id: 6, type: 'take', model })).toMatchObject({ type: 'take' });
  });

  it('keeps the file that is open when the next one is refused', async () => {
    const desk = new ImportService();
    await open(desk, 'savez.npz');
    expect(await open(desk, 'os_system.pth')).toMatchObject({
      ...{ id: 1, type: 'failed' },
      message: expect.stringContaining('posix.system'),
    });
    expect(await desk.answer({ id: 2, type: 'match', model })).toMatchObject({ type: 'match' });
  });

  it('refuses a file over the limit without reading it, and questions before a file', async () => {
    const desk = new ImportService();
    const file = Object.defineProperty(new Blob([]), 'size', { value: 2 ** 31 });
    expect(await desk.answer({ id: 1, type: 'open', file, fileName: 'x' })).toMatchObject({
      message: 'the file takes 2048 MiB (1024 MiB at most)',
    });
    expect(await desk.answer({ id: 2, type: 'match', model })).toMatchObject({
      message: 'no file is open',
    });
  });
});
