/** Whether the library holds anything, without opening it. */
import { mayExist } from '../../storage/mayExist.ts';

/** Name of the library's database in IndexedDB. */
export const DATABASE = 'run-library';

/** False only where this browser has never had a library: then neither it nor its worker needs to be loaded. */
export const mayHoldRuns = (): Promise<boolean> => mayExist(DATABASE);
