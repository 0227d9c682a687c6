import { use } from 'react';
import type { Library } from '../../app/library/library.ts';
import { useLibraryOpener } from '../context.ts';

/** The library; suspends until it is loaded. */
export const useLibrary = (): Library => use(useLibraryOpener()());
