/** Pickles of CIFAR's batches, as Python writes them, for tests to read. */

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

/**
 * `{key: labels, 'data': ndarray[n, 3072] of bytes}`. Protocol 0: keys and data as Python 2's quoted strings; 2: Python
 * 2's byte strings, as the published files have them; 4: Python 3's frame, bytes and memo.
 */
export function pickledBatch(
  planes: Uint8Array,
  labels: readonly number[],
  protocol: 0 | 2 | 4,
  key = 'labels',
): Uint8Array {
  return protocol === 0 ? old(planes, labels, key) : modern(planes, labels, protocol, key);
}

function old(planes: Uint8Array, labels: readonly number[], key: string): Uint8Array {
  const escapes = Array.from(planes, (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
  const numbers = labels.map((label) => `I${label}\na`).join('');
  return latin1(
    `(dp0\nS'data'\np1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntp4\nS'b'\np5\ntp6\nRp7\n` +
      `(I1\n(I${planes.length / 3072}\nI3072\ntp8\ncnumpy\ndtype\np9\n(S'u1'\np10\nI0\nI1\ntp11\nRp12\n` +
      `(I3\nS'|'\np13\nNNNI-1\nI-1\nI0\ntp14\nbI00\nS'${escapes}'\np15\ntp16\nbsS'${key}'\np17\n(lp18\n${numbers}s.`,
  );
}

function modern(
  planes: Uint8Array,
  labels: readonly number[],
  protocol: 2 | 4,
  key: string,
): Uint8Array {
  const isNew = protocol === 4;
  let memo = 0;
  const keep = () => (isNew ? latin1('\x94') : Buffer.from([0x71, memo++]));
  const text = (value: string) =>
    Buffer.concat([
      isNew ? Buffer.from([0x8c, value.length]) : Buffer.from([0x55, value.length]),
      latin1(value),
      keep(),
    ]);
  const global = (module: string, name: string) =>
    isNew
      ? Buffer.concat([text(module), text(name), latin1('\x93'), keep()])
      : Buffer.concat([latin1(`c${module}\n${name}\n`), keep()]);
  const bytes = (value: Uint8Array) =>
    Buffer.concat([latin1(isNew ? 'B' : 'T'), u32(value.length), value, keep()]);
  const array = Buffer.concat([
    global('numpy.core.multiarray', '_reconstruct'),
    global('numpy', 'ndarray'),
    latin1('K\0\x85'),
    isNew ? latin1('C\x01b') : latin1('U\x01b'),
    latin1('\x87R'),
    keep(),
    latin1('(K\x01'),
    Buffer.concat([latin1('K'), Buffer.from([planes.length / 3072]), latin1('M\0\x0c\x86')]),
    global('numpy', 'dtype'),
    text('u1'),
    latin1('K\0K\x01\x87R'),
    keep(),
    latin1('(K\x03'),
    text('|'),
    latin1('NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\0tb\x89'),
    bytes(planes),
    latin1('tb'),
  ]);
  const list = Buffer.concat([
    latin1(']'),
    keep(),
    latin1('('),
    ...labels.map((label) => Buffer.from([0x4b, label])),
    latin1('e'),
  ]);
  const body = Buffer.concat([
    latin1('}'),
    keep(),
    latin1('('),
    text('data'),
    array,
    text(key),
    list,
    latin1('u.'),
  ]);
  const frame = Buffer.alloc(9);
  frame[0] = 0x95;
  frame.writeBigUInt64LE(BigInt(body.length), 1);
  return Buffer.concat([Buffer.from([0x80, protocol]), ...(isNew ? [frame] : []), body]);
}
