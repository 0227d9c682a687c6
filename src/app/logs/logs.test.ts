import { unzipSync } from 'fflate';
import { PbfReader } from 'pbf';
import { expect, it } from 'vitest';
import { crc32c } from '../../containers/crc32.ts';
import { historyOf, placed } from '../testing/history.ts';
import { logMembers, zippedInSlices } from './logZip.ts';
import { eventFileName, eventRecords, maskedCrc } from './tensorboard.ts';
import { trackioCsv } from './trackio.ts';

const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

function measured() {
  const history = historyOf({
    ...{ loss: [2.5, 2.25], accuracy: [0.125, 0.25], elapsedMs: [40, 90] },
    ...{ names: ['fc.weight'], gradNorm: (step) => (step === 0 ? Number.NaN : 0.75) },
  });
  history.evaluated({ step: 1, loss: 2, accuracy: 0.5 });
  history.evaluated({ step: 2, loss: 1.5, accuracy: 0.625 });
  return history;
}

interface ReadEvent {
  wallTime: number;
  step: number;
  version: string | null;
  values: Record<string, number>;
}

/** A reader of our own, which checks every checksum. */
function readEvents(file: Uint8Array): ReadEvent[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const events: ReadEvent[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    expect(view.getUint32(at + 8, true)).toBe(maskedCrc(file.subarray(at, at + 8)));
    const record = file.slice(at + 12, at + 12 + length);
    expect(view.getUint32(at + 12 + length, true)).toBe(maskedCrc(record));
    const event: ReadEvent = { wallTime: 0, step: 0, version: null, values: {} };
    new PbfReader(record).readFields((tag, to, pbf) => {
      if (tag === 1) to.wallTime = pbf.readDouble();
      if (tag === 2) to.step = pbf.readVarint();
      if (tag === 3) to.version = pbf.readString();
      if (tag === 5) {
        pbf.readMessage((_, values) => {
          const entry = pbf.readMessage(
            (field, read) => {
              if (field === 1) read.name = pbf.readString();
              if (field === 2) read.value = pbf.readFloat();
            },
            { name: '', value: Number.NaN },
          );
          values[entry.name] = entry.value;
        }, to.values);
      }
    }, event);
    events.push(event);
    at += length + 16;
  }
  return events;
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
};

it('has the checksums of CRC-32C’s and TFRecord’s own examples', () => {
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe306_9283);
  expect(crc32c(new Uint8Array(32))).toBe(0x8a91_36aa);
  // tensorflow/core/lib/hash/crc32c_test.cc: unmasking gives the checksum back.
  const masked = maskedCrc(new TextEncoder().encode('foo'));
  const turned = (masked - 0xa282_ead8) >>> 0;
  expect(((turned >>> 17) | (turned << 15)) >>> 0).toBe(crc32c(new TextEncoder().encode('foo')));
});

it('writes an event file that TensorBoard’s format describes', () => {
  const events = readEvents(
    joined([...eventRecords({ name: 'ResNet-20', history: measured() }, START_MS)]),
  );
  const seconds = START_MS / 1000;
  expect(events).toEqual([
    { wallTime: seconds, step: 0, version: 'brain.Event:2', values: {} },
    {
      ...{ wallTime: seconds + 0.04, step: 0, version: null },
      // What is not finite is left out.
      values: {
        ...{ 'train/loss': 2.5, 'train/accuracy': 0.125 },
        'train/learning_rate': Math.fround(0.1),
      },
    },
    {
      ...{ wallTime: seconds + 0.09, step: 1, version: null },
      values: {
        ...{ 'train/loss': 2.25, 'train/accuracy': 0.25 },
        ...{ 'train/learning_rate': Math.fround(0.1), 'test/loss': 2, 'test/accuracy': 0.5 },
        'grad_norm/fc.weight': 0.75,
      },
    },
    {
      ...{ wallTime: seconds + 0.09, step: 2, version: null },
      values: { 'test/loss': 1.5, 'test/accuracy': 0.625 },
    },
  ]);
  expect(eventFileName(START_MS)).toBe(`events.out.tfevents.${seconds}.residual-playground`);
});

it('writes a CSV that trackio imports: step, timestamp, and one column a series', () => {
  expect(
    [...trackioCsv({ name: 'a', history: measured() }, START_MS)].join('').split('\n'),
  ).toEqual([
    'step,timestamp,train/loss,train/accuracy,train/learning_rate,test/loss,test/accuracy,grad_norm/fc.weight',
    '0,2026-01-02T03:04:05.040Z,2.5,0.125,0.1,,,',
    '1,2026-01-02T03:04:05.090Z,2.25,0.25,0.1,2,0.5,0.75',
    '2,2026-01-02T03:04:05.090Z,,,,1.5,0.625,',
    '',
  ]);
});

it('zips all of it, a folder for every run whatever its name', async () => {
  const json = new TextEncoder().encode('{"version":1}');
  const history = measured();
  const runs = [
    { name: 'ResNet-20', json, ...placed(history) },
    { name: '../=cmd', json: null, ...placed(history) },
    { name: 'resnet 20', json: null, ...placed(history) },
  ];
  const members = unzipSync(joined(await zippedInSlices(logMembers(runs, START_MS + 90))));
  const event = eventFileName(START_MS);
  expect(Object.keys(members)).toEqual([
    'README.txt',
    'metrics.csv',
    ...['runs/ResNet-20.json', `tensorboard/ResNet-20/${event}`, 'trackio/ResNet-20.csv'],
    ...[`tensorboard/cmd/${event}`, 'trackio/cmd.csv'],
    ...[`tensorboard/resnet-20-2/${event}`, 'trackio/resnet-20-2.csv'],
  ]);
  expect(members['runs/ResNet-20.json']).toEqual(json);
  expect(readEvents(members[`tensorboard/cmd/${event}`] ?? new Uint8Array())).toHaveLength(4);
  const csv = new TextDecoder().decode(members['metrics.csv']);
  expect(csv.split('\r\n')).toHaveLength(1 + 3 * 3 + 1);
});
