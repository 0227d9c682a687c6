/** Most changes of one run, scheduled or recorded. Apart from `config.ts`, which loads the schemas. */
export const MAX_CHANGES = 100;
