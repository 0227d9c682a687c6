/** A folder of class folders, as torchvision's `ImageFolder` has it: `cats/1.png`, or `train/cats/1.png` and `test/…`. */
import { DataError, reasonOf } from '../dataError.ts';
import { decodeImage } from '../image/decode.ts';
import { fitted } from '../image/fit.ts';
import { otherTasks } from '../parquetImages.ts';
import { byCodePoint, MAX_CLASSES } from '../parquetLabels.ts';
import { IMAGE_BYTES, type Images, type ImageSet } from '../types.ts';
import { baseName, type InputFile, readWhole } from './inputFile.ts';
import { countedFiles, countedImages, namedFew, type Reading } from './reading.ts';
import { drawnRemark, drawSplit, MAX_IMAGES, mixed } from './split.ts';
import { givenSplit, type SplitName, splitNamed } from './splitNames.ts';
import { t } from '../../text/t.ts';

/** Formats that are not read are named as such when they are decoded. */
const IMAGE_NAME =
  /\.(png|jpe?g|webp|gif|jfif|apng|bmp|tiff?|avif|heic|heif|jxl|jp2|svg|ppm|pgm)$/i;
/** Files that are usually found beside images, and not worth a word. */
const COMPANION_NAME = /\.(txt|md|csv|json|ya?ml|html?|py)$/i;
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
    throw new DataError('unsupported', t`No image of ${title} can be read: ${namedFew(left)}.`);
  }
  const tooMany = train.length + test.length - chosen.train.length - chosen.test.length;
  const unused = given?.unused.length ?? 0;
  return {
    title,
    dataset: null,
    classNames,
    ...images,
    remarks: [
      ...(given === null ? [drawnRemark(test.length)] : []),
      ...(unused > 0 ? [t`${countedImages(unused)} for validation not used.`] : []),
      ...(tooMany > 0 ? [t`${countedImages(tooMany)} left out: a run can use no more.`] : []),
      ...(left.length > 0 ? [t`${countedFiles(left.length)} left out: ${namedFew(left)}.`] : []),
      ...(strays.length > 0
        ? [
            t`${countedFiles(strays.length)} not used, because they are not images or not in a class folder: ${namedFew(strays)}.`,
          ]
        : []),
    ],
  };
}

function checkClasses(classNames: readonly string[], strays: readonly string[]): void {
  const count = classNames.length;
  if (count >= 2 && count <= MAX_CLASSES) return;
  throw new DataError(
    'unsupported',
    t`${found(classNames, strays)} Choose a folder that contains 2 to 1,000 folders, one for each class, with its PNG, JPEG, WebP or GIF images.`,
  );
}

function found(classNames: readonly string[], strays: readonly string[]): string {
  const count = classNames.length;
  if (count === 1) return t`There is 1 class (${namedFew(classNames)}).`;
  if (count > 1)
    return t`There are ${count.toLocaleString('en-US')} classes (${namedFew(classNames)}).`;
  return strays.length === 0
    ? t`There are no images in class folders.`
    : t`There are no images in class folders, only ${namedFew(strays)}.`;
}

/** An image with the folders that it is in. */
interface Placed {
  readonly file: InputFile;
  readonly folders: readonly string[];
}

function membersOf(files: readonly InputFile[]): { members: Member[]; strays: string[] } {
  const images = files.filter(({ name }) => IMAGE_NAME.test(name));
  const strays = files
    .filter(({ name }) => !IMAGE_NAME.test(name) && !COMPANION_NAME.test(name))
    .map(({ name }) => name);
  const placed = withoutShared(
    // In the order of their names, so that it is the same from every archive and file system.
    images
      .toSorted((a, b) => byCodePoint(a.name, b.name))
      .map((file) => ({ file, folders: file.name.split('/').slice(0, -1) })),
  );
  const members: Member[] = [];
  const take = (some: readonly Placed[], split: SplitName | null): void => {
    for (const { file, folders } of some) {
      const [className] = folders;
      if (className === undefined) strays.push(file.name);
      else members.push({ file, split, className });
    }
  };
  const splitOf = ({ folders: [first = ''] }: Placed): SplitName | null => splitNamed(first);
  const splits = new Set(placed.map(splitOf).filter((split) => split !== null));
  // A class may be called `train`, but then there is none called `test`.
  if (splits.size < 2) {
    take(placed, null);
    return { members, strays };
  }
  for (const split of splits) {
    const own = placed.filter((image) => splitOf(image) === split);
    const inside = own.map(({ file, folders }) => ({ file, folders: folders.slice(1) }));
    take(withoutShared(inside), split);
  }
  strays.push(...placed.filter((image) => splitOf(image) === null).map(({ file }) => file.name));
  return { members, strays };
}

/**
 * Without the folders around all images, which say nothing: `pets/cats/1.png` and `pets/dogs/1.png` share one. Where all
 * images are in one folder, that is their class.
 */
function withoutShared(images: readonly Placed[]): readonly Placed[] {
  const [first] = images;
  if (first === undefined) return images;
  let shared = 0;
  while (
    images.every(({ folders }) => folders.length > shared) &&
    images.every(({ folders }) => folders[shared] === first.folders[shared])
  ) {
    shared++;
  }
  if (shared > 0 && images.every(({ folders }) => folders.length === shared)) shared--;
  return images.map(({ file, folders }) => ({ file, folders: folders.slice(shared) }));
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
        if (file.byteLength > MAX_FILE_BYTES) throw new Error(t`more than 64 MB`);
        const bytes = await readWhole(file, signal);
        pixels.set(fitted(await decodeImage(bytes, codecs), 'crop'), count * IMAGE_BYTES);
        labels[count] = labelOf(member);
        count++;
      } catch (error) {
        signal?.throwIfAborted();
        this.left.push(`${baseName(file.name)} (${reasonOf(error)})`);
      }
      if (++this.done % IMAGES_AT_ONCE === 0) {
        onProgress?.(t`${this.done.toLocaleString('en-US')} of ${countedImages(this.total)}`);
        await otherTasks(signal);
      }
    }
    return { pixels: pixels.slice(0, count * IMAGE_BYTES), labels: labels.slice(0, count) };
  }
}
