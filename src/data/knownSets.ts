/** Published sets of images that are known by name: their classes, and where they are. */
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
  },
  cifar100: {
    title: 'CIFAR-100',
    classNames: CIFAR100_CLASSES,
    citation: CIFAR_CITATION,
    fit: 'crop',
    folder: 'data/cifar100/',
    hub: `${HUB}uoft-cs/cifar100/resolve/main/cifar100/`,
    images: { train: 50_000, test: 10_000 },
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
  },
} as const satisfies Readonly<Record<string, KnownSet>>;

export type KnownSetId = keyof typeof KNOWN_SETS;

export const KNOWN_SET_IDS = Object.keys(KNOWN_SETS) as readonly KnownSetId[];

export const knownSet = (id: KnownSetId): KnownSet => KNOWN_SETS[id];
