/** Files that people take for weights, named for what they are. */
import { t } from '../../text/t.ts';

interface Stranger {
  /** First bytes. */
  readonly start: readonly number[] | string;
  readonly name: string;
}

const STRANGERS: readonly Stranger[] = [
  { start: [0x89, 0x48, 0x44, 0x46], name: t`an HDF5 file (Keras)` },
  { start: [0x89, 0x50, 0x4e, 0x47], name: t`an image` },
  { start: [0xff, 0xd8, 0xff], name: t`an image` },
  { start: [0x80], name: t`a pickle, but not one saved by torch.save` },
  { start: [0xfd, 0x37, 0x7a, 0x58, 0x5a], name: t`an xz archive. Unpack it first` },
  { start: [0x28, 0xb5, 0x2f, 0xfd], name: t`a zstd archive. Unpack it first` },
  { start: '7z\xbc\xaf', name: t`a 7z archive. Unpack it first` },
  { start: 'Rar!', name: t`a RAR archive. Unpack it first` },
  { start: 'BZh', name: t`a bzip2 archive. Unpack it first` },
  { start: '%PDF', name: t`a PDF` },
  { start: 'PAR1', name: t`a Parquet file: images, not weights` },
  { start: 'GGUF', name: t`a GGUF file (llama.cpp)` },
];

const LFS = 'version https://git-lfs.github.com/spec/';
/** Enough of a file to tell what text it is. */
const TEXT_BYTES = 2048;

/** What a file is that holds no weights, as the end of “this is …”. */
export function strangerName(bytes: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, TEXT_BYTES));
  const trimmed = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (trimmed.startsWith(LFS)) {
    const size = /^size (\d+)$/m.exec(text)?.[1];
    return size === undefined
      ? t`a Git LFS pointer, not the file itself. Get it with git lfs pull, or by the page’s download link`
      : t`a Git LFS pointer of a file of ${Number(size).toLocaleString('en-US')} bytes, not the file itself. Get it with git lfs pull, or by the page’s download link`;
  }
  if (/^<(!doctype html|html|head|body|script|!--)/i.test(trimmed)) {
    const title = /<title[^>]*>([^<]{1,80})/i.exec(text)?.[1]?.trim();
    return title === undefined
      ? t`a web page that was saved in place of the file. Open it in a browser and use its download link, on GitHub “Download raw file”`
      : t`a web page (“${title}”) that was saved in place of the file. Open it in a browser and use its download link, on GitHub “Download raw file”`;
  }
  if (/^<(\?xml|error)/i.test(trimmed)) {
    const message = /<message>([^<]{1,120})/i.exec(text)?.[1];
    return message === undefined
      ? t`a server’s answer, saved in place of the file. Download it again`
      : t`a server’s answer (“${message}”), saved in place of the file. Download it again`;
  }
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return 'JSON';
  const found = STRANGERS.find(({ start }) =>
    typeof start === 'string'
      ? text.startsWith(start)
      : start.every((byte, i) => bytes[i] === byte),
  );
  return found?.name ?? t`an unknown format`;
}
