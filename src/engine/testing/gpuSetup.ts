/** Runs before every test file that needs an adapter. */
import { afterAll } from 'vitest';
import { endFile } from './fileEnd.ts';

afterAll(endFile);
