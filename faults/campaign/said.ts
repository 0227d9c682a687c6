/** What the page says of a loss, read as a person would. */

/** A numeral as the page writes it: 1,234. */
const NUMERAL = /\d{1,3}(?:[,  ]\d{3})+|\d+/g;
/** A page that keeps nothing says so before anything is lost. */
const WARNED = /can’t keep|keeps no|not be kept|no room|not keep|nothing (is|can be) kept/i;
/** Or that what it kept is of no use. */
const UNREADABLE =
  /damaged|can’t be read|cut off|(no|not a) checkpoint|start again at step 0|last saved after step 0/i;
/** The status line shows steps a quarter of a second late. */
const STALE_STEPS = 400;

/** Said before anything is lost: then it comes as no surprise. */
export const saysNothingIsKept = (text: string): boolean => WARNED.test(text);

/** Whether the page names the step from which it goes on, or how many steps it has to make again. */
export function saysLoss(said: string, resumedAt: number, steps: number): boolean {
  if (resumedAt === 0 && UNREADABLE.test(said)) return true;
  return said.split('\n').some((line) => {
    if (!/step/.test(line)) return false;
    const numbers = (line.match(NUMERAL) ?? []).map((text) => Number(text.replace(/\D/g, '')));
    return numbers.some(
      (n) => (n === resumedAt && n > 0) || (n > 0 && n <= steps + 16 && n >= steps - STALE_STEPS),
    );
  });
}
