/** A worker thread that reads TypeScript. */
import { register } from 'tsx/esm/api';
import { installRawLoader } from '../../scripts/lib/rawLoader.mjs';

register();
installRawLoader();
await import('./worker.ts');
