/** What the figures of ways between two nets look like. */

export const SHEET_WIDTH = 860;
/** Of the key; neither is a run. */
export const TRAIN_COLOUR = 2;
export const TEST_COLOUR = 3;
