import { describe, expect, it } from 'vitest';
import { completeConfig } from '../../model/parse.ts';
import { type Answers, NO_ANSWERS } from '../match/inspect.ts';
import { EXPECTED, fixture } from '../testing/fixtures.ts';
import { importFailure, importService } from './importService.ts';

const fileOf = (name: string): Blob => new Blob([Uint8Array.from(fixture(name))]);
const config = completeConfig({
  version: 1,
  model: { stageDepths: [1, 1], stageWidths: [2, 4], projection: 'B' },
});
const meant: Answers = { ...NO_ANSWERS, config };
const wider: Answers = {
  ...NO_ANSWERS,
  config: { ...config, model: { ...config.model, stageWidths: [2, 8] } },
};

const opening = (name: string) => ({ file: fileOf(name), fileName: name });
/** What the page is told of a refusal. */
const refusal = (call: () => unknown): Promise<string> =>
  Promise.resolve()
    .then(call)
    .then(() => 'none', importFailure);

describe('an import', () => {
  it('tells of a file, compares it with networks, and hands its tensors out', async () => {
    const service = importService();
    const { findings, ...file } = await service.open(opening('checkpoint.pth'));
    expect(file).toEqual({ fileName: 'checkpoint.pth', fileBytes: 15915 });
    expect(findings).toMatchObject({
      ...{ format: 'PyTorch', tensors: 38, reason: null, isConfigInFile: false },
      remarks: ['The weights are the file’s “state_dict”.'],
      cautions: [expect.stringContaining('does not say how its images were normalised')],
      config: { model: { stageWidths: [2, 4] }, data: { normalizationSource: 'assumed' } },
    });
    const { rows, blocked } = service.inspect(meant);
    expect(rows.filter(({ status }) => status === 'matched')).toHaveLength(32);
    expect(blocked).toBeNull();
    expect(service.inspect(wider).rows.map(({ status }) => status)).toContain('wrong shape');

    expect(await refusal(() => service.take(wider))).toContain(
      'layer2.0.conv1.weight is F32 [4, 2, 3, 3], not F32 [8, 2, 3, 3]',
    );
    const { tensors } = service.take(meant);
    expect(tensors.find(({ name }) => name === 'fc.bias')).toEqual({
      ...{ name: 'fc.bias', shape: [10] },
      data: Float32Array.from(EXPECTED['fc.bias']?.data ?? []),
    });
    // What was handed out may be transferred away; the file is still whole.
    for (const { data } of tensors) structuredClone(data, { transfer: [data.buffer] });
    expect(service.take(meant).tensors).toHaveLength(tensors.length);
  });

  it('keeps the file that is open when the next one is refused', async () => {
    const service = importService();
    await service.open(opening('savez.npz'));
    const page = { file: new Blob(['<!doctype html><title>Sign in</title>']), fileName: 'x.pth' };
    expect(await refusal(() => service.open(page))).toContain('a web page (“Sign in”)');
    expect(service.inspect(meant).rows.length).toBeGreaterThan(0);
  });

  it('refuses a file over the limit without reading it, and questions before a file', async () => {
    const service = importService();
    const file = Object.defineProperty(new Blob([]), 'size', { value: 2 ** 31 });
    expect(await refusal(() => service.open({ file, fileName: 'x' }))).toBe(
      'the file takes 2048 MiB (1024 MiB at most)',
    );
    expect(await refusal(() => service.inspect(meant))).toBe('no file is open');
  });
});
