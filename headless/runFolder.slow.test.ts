/** What `train` and `pytorch` find in their folders, and disks that take no more. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../scripts/lib/install.mjs';
import { readSafetensors } from '../src/weights/readSafetensors.ts';
import { headless, ON_PROCESSOR } from './testing/runMain.ts';
import { writeWhole } from './outputFile.ts';

const CASE = join(ROOT, 'reference', 'plain-8');
const work = mkdtempSync(join(tmpdir(), 'residual-playground-folder-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const path = (...names: string[]) => join(work, ...names);

const start = ['--config', join(CASE, 'config.json'), '--init', join(CASE, 'init.safetensors')];
const batches = ['--batches', join(CASE, 'batches.safetensors'), ...ON_PROCESSOR];
const train = (...args: string[]) => headless('train', ...args, ...batches);
const stepsIn = (folder: string) =>
  readFileSync(path(folder, 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).step);

/** A disk that is full, as Linux offers it. */
const FULL = '/dev/full';
const hasFull = existsSync(FULL);

beforeAll(async () => {
  const { status, stderr } = await train(...start, '--steps', '2', '--out', path('run'));
  expect(status, stderr).toBe(0);
});

describe('the folder of a run', () => {
  it('is refused to another run in one line, and keeps its files', async () => {
    const before = readFileSync(path('run', 'metrics.jsonl'));
    const { status, stderr } = await train(...start, '--steps', '1', '--out', path('run'));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^\S+run holds metrics\.jsonl, weights\.safetensors, checkpoint\.safetensors, summary\.json of another run: .*--overwrite\n$/,
    );
    expect(readFileSync(path('run', 'metrics.jsonl')).equals(before)).toBe(true);
    // Nor does a checkpoint from elsewhere go on in it.
    mkdirSync(path('elsewhere'), { recursive: true });
    writeFileSync(
      path('elsewhere', 'c.safetensors'),
      readFileSync(path('run', 'checkpoint.safetensors')),
    );
    const other = await train('--resume', path('elsewhere', 'c.safetensors'), '--out', path('run'));
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining('of another run')]);
  });

  it('is taken by --overwrite, without a file of the other', async () => {
    await train(...start, '--steps', '3', '--out', path('taken'));
    const taken = await train(...start, '--steps', '1', '--overwrite', '--out', path('taken'));
    expect(taken.status, taken.stderr).toBe(0);
    expect(stepsIn('taken')).toEqual([0]);
    const summary = JSON.parse(readFileSync(path('taken', 'summary.json'), 'utf8'));
    expect(summary.stepsDone).toBe(1);
  });

  it('goes on with its own run: steps past the checkpoint are cut off first', async () => {
    await train(...start, '--steps', '2', '--out', path('own'));
    const metrics = path('own', 'metrics.jsonl');
    // As a killed process leaves it: steps that no checkpoint knows, and half a line.
    writeFileSync(metrics, `${readFileSync(metrics, 'utf8')}{"step":2,"loss":1}\n{"step":3,"lo`);
    const checkpoint = path('own', 'checkpoint.safetensors');
    const { status, stderr } = await train('--resume', checkpoint, '--out', path('own'));
    expect(status, stderr).toBe(0);
    expect(stepsIn('own')).toEqual([0, 1, 2, 3, 4]);
  });
});

it('a network far too large is refused at once, in one line with its bytes', async () => {
  const config = path('huge.json');
  const model = { stageDepths: [200, 200, 200], stageWidths: [2048, 2048, 2048] };
  writeFileSync(config, JSON.stringify({ version: 1, model, data: { source: 'synthetic' } }));
  const out = ['--out', path('huge')];
  const { status, stderr } = await headless('train', '--config', config, ...ON_PROCESSOR, ...out);
  expect(status).toBe(1);
  expect(stderr.split('\n').at(-2)).toMatch(
    /^Training this network needs at least \d{12} bytes of memory \(45303478282 parameters\)/,
  );
  expect(readdirSync(path('huge'))).toEqual([]);
});

describe('--batches', () => {
  it('holds the batch of each step, also after a resume, and says when it is too short', async () => {
    const checkpoint = path('run', 'checkpoint.safetensors');
    const whole = await train(...start, '--out', path('whole'));
    expect(whole.status, whole.stderr).toBe(0);
    await train('--resume', checkpoint, '--out', path('rest'));
    const linesOf = (folder: string) =>
      readFileSync(path(folder, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect(linesOf('rest')).toEqual(linesOf('whole').slice(2));

    const ended = path('whole', 'checkpoint.safetensors');
    const { status, stderr } = await train('--resume', ended, '--steps', '1', '--out', path('x'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/holds 5 batches of 8, those of steps 0 to 4; the run is at step 5\n$/);
  });
});

describe('a disk that takes no more', () => {
  it('ends an export in one line and leaves no file', async () => {
    const { out } = { out: path('net.npz') };
    const weights = ['--weights', path('run', 'weights.safetensors')];
    const missing = await headless('export', ...weights, '--out', path('nowhere', 'net.npz'));
    expect([missing.status, missing.stderr]).toEqual([
      1,
      `can’t write ${path('nowhere', 'net.npz')}: there is no folder ${path('nowhere')}\n`,
    ]);
    const isFile = await headless(
      'export',
      ...weights,
      '--out',
      path('run', 'summary.json', 'n.npz'),
    );
    expect(isFile.stderr).toMatch(/^can’t write .*: one of its folders is a file\n$/);
    mkdirSync(path('folder.npz'));
    const isFolder = await headless('export', ...weights, '--out', path('folder.npz'));
    expect([isFolder.status, isFolder.stderr.split('\n').length]).toEqual([1, 2]);
    if (!hasFull) return;
    symlinkSync(FULL, `${out}.unfinished`);
    const full = await headless('export', ...weights, '--out', out);
    expect([full.status, full.stderr]).toEqual([1, `can’t write ${out}: the disk is full\n`]);
    expect(readdirSync(work).filter((name) => name.startsWith('net.npz'))).toEqual([]);
    const device = await headless('export', ...weights, '--format', 'npz', '--out', FULL);
    expect([device.status, device.stderr]).toEqual([1, `can’t write ${FULL}: the disk is full\n`]);
  });

  it('ends a training in one line', async () => {
    const occupied = await train(...start, '--out', join(path('run'), 'summary.json'));
    expect([occupied.status, occupied.stderr]).toEqual([
      1,
      `can’t write ${path('run', 'summary.json')}: it is a file\n`,
    ]);
    if (!hasFull) return;
    mkdirSync(path('full'));
    symlinkSync(FULL, path('full', 'metrics.jsonl'));
    const full = await train(...start, '--overwrite', '--out', path('full'));
    expect(full.status).toBe(1);
    expect(full.stderr.split('\n').at(-2)).toBe(
      `can’t write ${path('full', 'metrics.jsonl')}: the disk is full`,
    );
  });

  it('leaves the file of before', async () => {
    const file = path('kept.txt');
    await writeWhole(file, 'before');
    if (hasFull) symlinkSync(FULL, `${file}.unfinished`);
    else mkdirSync(`${file}.unfinished`);
    await expect(writeWhole(file, 'after')).rejects.toThrow(/^can’t write /);
    expect(readFileSync(file, 'utf8')).toBe('before');
  });
});

describe('weights from a checkpoint', () => {
  it('are evaluated and exported like those of a file', async () => {
    const checkpoint = ['--weights', path('run', 'checkpoint.safetensors')];
    const file = ['--weights', path('run', 'weights.safetensors')];
    const [ofCheckpoint, ofFile] = [
      await headless('eval', ...checkpoint, ...batches),
      await headless('eval', ...file, ...batches),
    ];
    expect(ofCheckpoint.stdout, ofCheckpoint.stderr).toBe(ofFile.stdout);
    expect(ofFile.stdout).toMatch(/"loss"/);
    for (const [name, from] of [
      ['a', checkpoint],
      ['b', file],
    ] as const) {
      const out = ['--out', path(`${name}.safetensors`)];
      const { status, stderr } = await headless('export', ...from, ...out);
      expect(status, stderr).toBe(0);
    }
    const [a, b] = ['a', 'b'].map((name) =>
      readSafetensors(readFileSync(path(`${name}.safetensors`))),
    );
    expect(a?.tensors).toEqual(b?.tensors);
    expect(a?.metadata.get('weightsSha256')).toBe(b?.metadata.get('weightsSha256'));
    const unknown = await headless('eval', ...checkpoint, '--run', '3', ...batches);
    expect([unknown.status, unknown.stderr]).toEqual([
      1,
      expect.stringMatching(/^--run 3: .* holds 1 \(Plain-8\)\.\n$/),
    ]);
    const other = ['--config', join(ROOT, 'reference', 'residual-8-option-b', 'config.json')];
    const misfit = await headless('eval', ...other, ...checkpoint, ...batches);
    expect(misfit.stderr).toMatch(/layer2\.0\.downsample\.0\.weight is missing/);
  });
});

describe('headless pytorch', () => {
  it('keeps an edited train.py, and takes another run’s images away', async () => {
    const write = (...args: string[]) =>
      headless('pytorch', ...start.slice(0, 2), '--out', path('torch'), ...args);
    expect((await write()).status).toBe(0);
    // The same once more is no other.
    expect((await write()).status).toBe(0);
    const script = path('torch', 'train.py');
    const edited = `${readFileSync(script, 'utf8')}# mine\n`;
    writeFileSync(script, edited);
    writeFileSync(path('torch', 'train-pixels.npy'), 'another run’s');
    const refused = await write();
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringMatching(/holds other files: train\.py, train-pixels\.npy\. .*--overwrite/),
    ]);
    expect(readFileSync(script, 'utf8')).toBe(edited);
    const { status, stderr } = await write('--overwrite');
    expect(status, stderr).toBe(0);
    expect(readFileSync(path('torch', 'train.py.1'), 'utf8')).toBe(edited);
    expect(readFileSync(script, 'utf8')).not.toContain('# mine');
    expect(existsSync(path('torch', 'train-pixels.npy'))).toBe(false);
  });
});
