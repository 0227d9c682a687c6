/** MD5 of the files of published sets, by name: those that their makers publish, and those that torchvision checks. */
import type { KnownSetId } from '../knownSets.ts';

export const PUBLISHED_MD5: Readonly<Record<KnownSetId, Readonly<Record<string, string>>>> = {
  cifar10: {
    'cifar-10-python.tar.gz': 'c58f30108f718f92721af3b95e74349a',
    'cifar-10-binary.tar.gz': 'c32a1d4ab5d03f1284b67883e8d87530',
    data_batch_1: 'c99cafc152244af753f735de768cd75f',
    data_batch_2: 'd4bba439e000b95fd0a9bffe97cbabec',
    data_batch_3: '54ebc095f3ab1f0389bbae665268c751',
    data_batch_4: '634d18415352ddfa80567beed471001a',
    data_batch_5: '482c414d41f54cd18b22e5b47cb7c3cb',
    test_batch: '40351d587109b95175f43aff81a1287e',
  },
  cifar100: {
    'cifar-100-python.tar.gz': 'eb9058c3a382ffc7106e4002c42a8d85',
    'cifar-100-binary.tar.gz': '03b5dce01913d631647c71ecec9e9cb8',
    train: '16019d7e3df5f24257cddd939b257f8d',
    test: 'f0ef6b0ae62326f3e7ffdfab6717acfc',
    'train.bin': '6172c7755cfe09b2fe270c85cebc1b15',
    'test.bin': '4499cfba6c016c1be1438163640a0898',
  },
  'fashion-mnist': {
    'train-images-idx3-ubyte.gz': '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
    'train-labels-idx1-ubyte.gz': '25c81989df183df01b3e8a0aad5dffbe',
    't10k-images-idx3-ubyte.gz': 'bef4ecab320f06d8554ea6380940ec79',
    't10k-labels-idx1-ubyte.gz': 'bb300cfdad3c16e7a12a480ee83cd310',
  },
};
