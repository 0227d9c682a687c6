/** A folder of class folders, as torchvision's `ImageFolder` has it: `cats/1.png`, or `train/cats/1.png` and `test/…`. */
import { DataError, reasonOf } from '../dataError.ts';
import { decodeImage } from '../image/decode.ts';
import { fitted } from '../image/fit.ts';
import { otherTasks } from '../parquetImages.ts';
import { byCodePoint, MAX_CLASSES } from '../parquetLabels.ts';
import { IMAGE_BYTES, type Images } from '../types.ts';
import type { ImageSet } from '../types.ts';
import { baseName, type InputFile, readWhole } from './inputFile.ts';
import { counted, namedFew, type Reading } from './reading.ts';
import { drawSplit, MAX_IMAGES, mixed } from './split.ts';
import { givenSplit, type SplitName, splitNamed } from './splitNames.ts';

const IMAGE_NAME = /\.(png|jpe?g|webp|gif|jfif|apng)$/i;
/** Named as images that can't be read, where other files are passed over. */
const FOREIGN_IMAGE_NAME = /\.(bmp|tiff?|avif|heic|heif|jxl|svg|ppm|pgm)$/i;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** Images decoded before the thread's other tasks get their turn. */
const IMAGES_AT_ONCE = 20;

interface Member {
  readonly file: InputFile;
  readonly split: SplitName | null;
  readonly className: string;
}

export const isImageName = (path: string): boolean => IMAGE_NAME.test(path);

/**
 * Classes are the folders' names in alphabetical order. Without folders for training and test, one image in six of each
 * class is kept for the test.
 * @throws DataError `unsupported` where there are not 2 to 1,000 classes
 */
export async function readClassFolders(
  files: readonly InputFile[],
  title: string,
  reading: Reading,
): Promise<ImageSet> {
  const { members, strays } = membersOf(files);
  const classNames = [...new Set(members.map(({ className }) => className))].sort(byCodePoint);
  checkClasses(classNames, strays);
  const numbers = new Map(classNames.map((name, i) => [name, i]));
  const labelOf = ({ className }: Member): number => numbers.get(className) ?? 0;
  const bySplit = new Map<SplitName, Member[]>();
  for (const member of members) {
    if (member.split === null) continue;
    bySplit.set(member.split, [...(bySplit.get(member.split) ?? []), member]);
  }
  const given = givenSplit(bySplit);
  const { train, test } = given ?? drawSplit(members, labelOf);
  const chosen = { train: mixed(train, MAX_IMAGES.train), test: mixed(test, MAX_IMAGES.test) };
  const left: string[] = [];
  const decoder = new Decoder(chosen.train.length + chosen.test.length, left, reading);
  const images = {
    train: await decoder.decode(chosen.train, labelOf),
    test: await decoder.decode(chosen.test, labelOf),
  };
  if (images.train.labels.length === 0) {
    throw new DataError('unsupported', `No image of ${title} can be read: ${namedFew(left)}.`);
  }
  const tooMany = train.length + test.length - chosen.train.length - chosen.test.length;
  const unused = given?.unused.length ?? 0;
  return {
    title,
    dataset: null,
    classNames,
    ...images,
    remarks: [
      ...(given === null ? ['One image in six of each class is kept for the test.'] : []),
      ...(unused > 0 ? [`${counted(unused, 'image')} for validation are not used.`] : []),
      ...(tooMany > 0
        ? [`${counted(tooMany, 'image')} more than a run can use were left out.`]
        : []),
      ...(left.length > 0 ? [`${counted(left.length, 'file')} left out: ${namedFew(left)}.`] : []),
      ...(strays.length > 0
        ? [
            `${counted(strays.length, 'file')} in no class folder, or no image: ${namedFew(strays)}.`,
          ]
        : []),
    ],
  };
}

function checkClasses(classNames: readonly string[], strays: readonly string[]): void {
  if (classNames.length >= 2 && classNames.length <= MAX_CLASSES) return;
  const found =
    classNames.length === 0
      ? `no images in folders (there are ${strays.length === 0 ? 'no files' : namedFew(strays)})`
      : `${counted(classNames.length, 'class', 'classes')} (${namedFew(classNames)})`;
  throw new DataError(
    'unsupported',
    `Here are ${found}. Give a folder with 2 to 1,000 folders in it, one for each class, each with its PNG, JPEG, WebP or GIF images.`,
  );
}

function membersOf(files: readonly InputFile[]): { members: Member[]; strays: string[] } {
  const images = files.filter(({ name }) => IMAGE_NAME.test(name));
  const strays = files.filter(({ name }) => !IMAGE_NAME.test(name)).map(({ name }) => name);
  const depth = sharedDepth(images.map(({ name }) => name.split('/')));
  const foldersOf = ({ name }: InputFile) => name.split('/').slice(depth, -1);
  const isSplit = images.every((file) => {
    const [first, second] = foldersOf(file);
    return first === undefined || (splitNamed(first) !== null && second !== undefined);
  });
  const members: Member[] = [];
  // In the order of their names, so that it is the same from every archive and file system.
  for (const file of images.toSorted((a, b) => byCodePoint(a.name, b.name))) {
    const folders = foldersOf(file);
    const [first = ''] = folders;
    const className = folders[isSplit ? 1 : 0];
    if (className === undefined) strays.push(file.name);
    else members.push({ file, split: isSplit ? splitNamed(first) : null, className });
  }
  return {
    members,
    strays: strays.filter(
      (name) => !/\.(txt|md|csv|json|ya?ml|html?|py)$/i.test(name) || FOREIGN_IMAGE_NAME.test(name),
    ),
  };
}

/** Folders around all images that say nothing: `pets/cats/1.png` and `pets/dogs/1.png` share one. */
function sharedDepth(paths: readonly (readonly string[])[]): number {
  const [first = []] = paths;
  let depth = 0;
  // The last folder is a class.
  while (
    paths.length > 0 &&
    paths.every((path) => path.length > depth + 2 && path[depth] === first[depth])
  ) {
    depth++;
  }
  return depth;
}

class Decoder {
  private done = 0;

  constructor(
    private readonly total: number,
    /** The files that could not be read, with why. */
    private readonly left: string[],
    private readonly reading: Reading,
  ) {}

  async decode(members: readonly Member[], labelOf: (member: Member) => number): Promise<Images> {
    const { codecs, signal, onProgress } = this.reading;
    const pixels = new Uint8Array(members.length * IMAGE_BYTES);
    const labels = new Uint16Array(members.length);
    let count = 0;
    for (const member of members) {
      const { file } = member;
      try {
        if (file.byteLength > MAX_FILE_BYTES) throw new Error('more than 64 MB');
        const bytes = await readWhole(file, signal);
        pixels.set(fitted(await decodeImage(bytes, codecs), 'crop'), count * IMAGE_BYTES);
        labels[count] = labelOf(member);
        count++;
      } catch (error) {
        signal?.throwIfAborted();
        this.left.push(`${baseName(file.name)} (${reasonOf(error)})`);
      }
      if (++this.done % IMAGES_AT_ONCE === 0) {
        onProgress?.(`${this.done.toLocaleString('en-US')} of ${counted(this.total, 'image')}`);
        await otherTasks(signal);
      }
    }
    return { pixels: pixels.slice(0, count * IMAGE_BYTES), labels: labels.slice(0, count) };
  }
}
