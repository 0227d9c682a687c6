/** Threads that are taken by default: more gain little on the networks here. */
export const MOST_THREADS = 8;
