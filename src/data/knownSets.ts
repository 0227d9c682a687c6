/** Published sets of images that are known by name: their classes, where they are, and what their files hash to. */
import type { Fit } from './image/rgbImage.ts';
import { CIFAR10_CLASSES } from './normalization.ts';

export interface KnownSet {
  /** `CIFAR-10` */
  readonly title: string;
  /** In the order of their labels. */
  readonly classNames: readonly string[];
  readonly citation: string;
  /** How its images become 32×32. */
  readonly fit: Fit;
  /** Folder of its two Parquet files: beside the page and on the command line, and on the Hugging Face hub. */
  readonly folder: string;
  readonly hub: string;
  /** Images in each of the whole splits. */
  readonly images: { readonly train: number; readonly test: number };
  /** MD5 of the files that its makers publish, or that torchvision checks, by name. */
  readonly md5: Readonly<Record<string, string>>;
}

const HUB = 'https://huggingface.co/datasets/';
const CIFAR_CITATION =
  'A. Krizhevsky, “Learning Multiple Layers of Features from Tiny Images”, technical report, University of Toronto, 2009.';

const CIFAR100_CLASSES = (
  'apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly camel can castle ' +
  'caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup dinosaur dolphin elephant ' +
  'flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree ' +
  'motorcycle mountain mouse mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate ' +
  'poppy porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper snail snake spider ' +
  'squirrel streetcar sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle ' +
  'wardrobe whale willow_tree wolf woman worm'
).split(' ');

export const KNOWN_SETS = {
  cifar10: {
    title: 'CIFAR-10',
    classNames: CIFAR10_CLASSES,
    citation: CIFAR_CITATION,
    fit: 'crop',
    folder: 'data/cifar10/',
    hub: `${HUB}uoft-cs/cifar10/resolve/main/plain_text/`,
    images: { train: 50_000, test: 10_000 },
    md5: {
      'cifar-10-python.tar.gz': 'c58f30108f718f92721af3b95e74349a',
      'cifar-10-binary.tar.gz': 'c32a1d4ab5d03f1284b67883e8d87530',
      data_batch_1: 'c99cafc152244af753f735de768cd75f',
      data_batch_2: 'd4bba439e000b95fd0a9bffe97cbabec',
      data_batch_3: '54ebc095f3ab1f0389bbae665268c751',
      data_batch_4: '634d18415352ddfa80567beed471001a',
      data_batch_5: '482c414d41f54cd18b22e5b47cb7c3cb',
      test_batch: '40351d587109b95175f43aff81a1287e',
    },
  },
  cifar100: {
    title: 'CIFAR-100',
    classNames: CIFAR100_CLASSES,
    citation: CIFAR_CITATION,
    fit: 'crop',
    folder: 'data/cifar100/',
    hub: `${HUB}uoft-cs/cifar100/resolve/main/cifar100/`,
    images: { train: 50_000, test: 10_000 },
    md5: {
      'cifar-100-python.tar.gz': 'eb9058c3a382ffc7106e4002c42a8d85',
      'cifar-100-binary.tar.gz': '03b5dce01913d631647c71ecec9e9cb8',
      train: '16019d7e3df5f24257cddd939b257f8d',
      test: 'f0ef6b0ae62326f3e7ffdfab6717acfc',
      'train.bin': '6172c7755cfe09b2fe270c85cebc1b15',
      'test.bin': '4499cfba6c016c1be1438163640a0898',
    },
  },
  'fashion-mnist': {
    title: 'Fashion-MNIST',
    classNames: [
      ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', 'Sneaker'],
      ...['Bag', 'Ankle boot'],
    ],
    citation:
      'H. Xiao, K. Rasul, R. Vollgraf, “Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning Algorithms”, arXiv:1708.07747, 2017.',
    fit: 'pad',
    folder: 'data/fashion-mnist/',
    hub: `${HUB}zalando-datasets/fashion_mnist/resolve/main/fashion_mnist/`,
    images: { train: 60_000, test: 10_000 },
    md5: {
      'train-images-idx3-ubyte.gz': '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
      'train-labels-idx1-ubyte.gz': '25c81989df183df01b3e8a0aad5dffbe',
      't10k-images-idx3-ubyte.gz': 'bef4ecab320f06d8554ea6380940ec79',
      't10k-labels-idx1-ubyte.gz': 'bb300cfdad3c16e7a12a480ee83cd310',
    },
  },
} as const satisfies Readonly<Record<string, KnownSet>>;

export type KnownSetId = keyof typeof KNOWN_SETS;

export const KNOWN_SET_IDS = Object.keys(KNOWN_SETS) as readonly KnownSetId[];

export const knownSet = (id: KnownSetId): KnownSet => KNOWN_SETS[id];
