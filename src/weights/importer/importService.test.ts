import { describe, expect, it } from 'vitest';
import type { ModelConfig } from '../../model/config.ts';
import { completeConfig } from '../../model/parse.ts';
import { EXPECTED, fixture } from '../testing/fixtures.ts';
import { importFailure, importService } from './importService.ts';

const fileOf = (name: string): Blob => new Blob([Uint8Array.from(fixture(name))]);
const model = completeConfig({
  version: 1,
  model: { stageDepths: [1, 1], stageWidths: [2, 4], projection: 'B' },
}).model;
const wider: ModelConfig = { ...model, stageWidths: [2, 8] };

const opening = (name: string) => ({ file: fileOf(name), fileName: name });
/** What the page is told of a refusal. */
const refusal = (call: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(call)
    .then(() => 'none', importFailure);

describe('an import', () => {
  it('tells of a file, compares it with networks, and hands its tensors out', async () => {
    const service = importService();
    expect(await service.open(opening('checkpoint.pth'))).toMatchObject({
      ...{ fileName: 'checkpoint.pth', format: 'PyTorch', fileBytes: 15915, tensors: 38 },
      remarks: ['The weights are the file’s “state_dict”.'],
      cautions: [expect.stringContaining('does not say how its images were normalised')],
      proposal: { source: 'shapes', model: { stageWidths: [2, 4] } },
      proposalFault: null,
    });
    const rows = service.match(model);
    expect(rows.filter(({ status }) => status === 'matched')).toHaveLength(32);
    expect(service.match(wider).map(({ status }) => status)).toContain('wrong shape');

    expect(await refusal(() => service.take(wider))).toContain(
      'layer2.0.conv1.weight is F32 [4, 2, 3, 3], not F32 [8, 2, 3, 3]',
    );
    const tensors = service.take(model);
    expect(tensors.find(({ name }) => name === 'fc.bias')).toEqual({
      ...{ name: 'fc.bias', shape: [10] },
      data: Float32Array.from(EXPECTED['fc.bias']?.data ?? []),
    });
    // What was handed out may be transferred away; the file is still whole.
    for (const { data } of tensors) structuredClone(data, { transfer: [data.buffer] });
    expect(service.take(model)).toHaveLength(tensors.length);
  });

  it('keeps the file that is open when the next one is refused', async () => {
    const service = importService();
    await service.open(opening('savez.npz'));
    expect(await refusal(() => service.open(opening('os_system.pth')))).toContain('posix.system');
    expect(service.match(model).length).toBeGreaterThan(0);
  });

  it('refuses a file over the limit without reading it, and questions before a file', async () => {
    const service = importService();
    const file = Object.defineProperty(new Blob([]), 'size', { value: 2 ** 31 });
    expect(await refusal(() => service.open({ file, fileName: 'x' }))).toBe(
      'the file takes 2048 MiB (1024 MiB at most)',
    );
    expect(await refusal(() => service.match(model))).toBe('no file is open');
  });
});
