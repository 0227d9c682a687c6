/** Why an engine is left out of the comparison: this machine lacks what it needs. */
export class NotHere extends Error {}
