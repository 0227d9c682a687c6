/** Scheduled or recorded changes of one run. */
export const MAX_CHANGES = 100;
