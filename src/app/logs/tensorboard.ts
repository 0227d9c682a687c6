/**
 * TensorBoard's event files: protocol buffer messages (tensorflow/core/util/event.proto, framework/summary.proto) in
 * TFRecord frames (tensorflow/core/lib/io/record_writer.h).
 */
import { PbfWriter } from 'pbf';
import { crc32c } from '../../containers/crc32.ts';
import { type LogRun, scalarsOf } from './scalars.ts';

/** TensorBoard finds event files by what their names contain. @param startMs of the run, since 1970. */
export const eventFileName = (startMs: number): string =>
  `events.out.tfevents.${Math.floor(startMs / 1000)}.residual-playground`;

/** The records of a run's event file. @param startMs when the run began, since 1970. */
export function* eventRecords({ history }: LogRun, startMs: number): Generator<Uint8Array> {
  const { names, rows } = scalarsOf(history);
  yield framed(message(startMs, (writer) => writer.writeStringField(3, 'brain.Event:2')));
  for (const { step, elapsedMs, values } of rows) {
    const event = message(startMs + elapsedMs, (writer) => {
      writer.writeVarintField(2, step);
      writer.writeMessage(5, writeSummary, { names, values });
    });
    yield framed(event);
  }
}

/** Event: `wall_time` in seconds, and what `write` adds. */
function message(timeMs: number, write: (writer: PbfWriter) => void): Uint8Array {
  const writer = new PbfWriter();
  writer.writeDoubleField(1, timeMs / 1000);
  write(writer);
  return writer.finish();
}

interface Summary {
  readonly names: readonly string[];
  readonly values: readonly (number | undefined)[];
}

/** Summary ⊃ Summary.Value: `tag` and `simple_value`. */
function writeSummary({ names, values }: Summary, writer: PbfWriter): void {
  for (const [i, value] of values.entries()) {
    if (value === undefined) continue;
    writer.writeMessage(
      1,
      (_, entry) => {
        entry.writeStringField(1, names[i] ?? '');
        entry.writeFloatField(2, value);
      },
      null,
    );
  }
}

/** u64 length, its checksum, the record, its checksum; all little-endian. */
function framed(record: Uint8Array): Uint8Array {
  const frame = new Uint8Array(record.length + 16);
  const view = new DataView(frame.buffer);
  view.setBigUint64(0, BigInt(record.length), true);
  view.setUint32(8, maskedCrc(frame.subarray(0, 8)), true);
  frame.set(record, 12);
  view.setUint32(12 + record.length, maskedCrc(record), true);
  return frame;
}

/** CRC-32C, turned by 15 bits and shifted by a constant: a checksum of data that holds checksums would be weak. */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282_ead8) >>> 0;
}
