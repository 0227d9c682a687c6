/** Joins the session and the page's address: reads it, opens what it says, and has it follow the page. */
import { EXPERIMENT_SIZES } from '../experiments/sizes.ts';
import { type ExperimentState, offered } from '../experiments/state.ts';
import { networksText } from '../lesson/lessonKey.ts';
import { questionOf } from '../lesson/questions.ts';
import { withCutsAt } from '../lesson/scheduledCut.ts';
import type { PageSession } from '../pageSession.ts';
import type { AddressState, PageState } from '../state.ts';
import { type Decoded, decodeSetup, type Refusal } from './decode.ts';
import { encodeSetup } from './encode.ts';
import { setupOf } from './fromState.ts';
import type { PageSetup } from './setup.ts';

/** The page's address as far as it is ours, without `#`; a browser's or a test's. */
export interface AddressBar {
  read(): string;
  /** Replaces the address without adding to the browser's history. */
  replace(hash: string): void;
  /** Tells the listener when it was changed otherwise than by `replace`. @returns what ends that. */
  subscribe(listener: () => void): () => void;
}

/** Typing should not change the address a keystroke, and browsers allow some hundred changes in half a minute. */
const SETTLE_MS = 600;

/** Opens what the address says, before the session is opened. @param also what else could not be read. */
export function beginAddress(session: PageSession, hash: string, also: readonly Refusal[]): void {
  const decoded = decodeSetup(hash);
  openDecoded(session, { ...decoded, refused: [...also, ...decoded.refused] });
  const { engine } = decoded.setup.page;
  if (engine !== 'automatic') session.engine = engine;
}

/**
 * Has the address follow the page, and the page what is pasted into the address.
 * @param known the address as it was read.
 * @returns what ends it.
 */
export function followAddress(session: PageSession, bar: AddressBar, known: string): () => void {
  let written = known;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const write = () => {
    timer = null;
    const state = session.store.getState();
    // Until it is known what trains, or what becomes of the link in the address, the address is right as it is.
    if (state.engine === null || state.address.waiting !== null) return;
    const hash = encodeSetup(setupOf(state, { isWhole: false }));
    if (hash === written) return;
    written = hash;
    bar.replace(hash);
  };
  const writeSoon = () => {
    timer ??= setTimeout(write, SETTLE_MS);
  };
  const read = () => {
    const hash = bar.read();
    if (hash === written) return;
    written = hash;
    followLink(session, decodeSetup(hash));
    writeSoon();
  };
  const unsubscribe = session.store.subscribe((state, before) => {
    if (isSaid(state, before)) writeSoon();
  });
  const unlisten = bar.subscribe(read);
  read();
  writeSoon();
  return () => {
    if (timer !== null) clearTimeout(timer);
    unsubscribe();
    unlisten();
  };
}

/** Opens a link, or has it wait where runs have been trained that it would replace. */
function followLink(session: PageSession, link: Decoded): void {
  if (link.isForeign) setAddress(session, { refused: link.refused });
  else if (session.hasSteps && link.setup.runs !== null) setAddress(session, { waiting: link });
  else openLink(session, link);
}

/** Opens a link in place of what there is. */
export function openLink(session: PageSession, link: Decoded): void {
  openDecoded(session, link);
  const { engine } = session.store.getState();
  const wanted = link.setup.page.engine;
  if (wanted !== 'automatic' && wanted !== engine?.id) session.useEngine(wanted);
}

export function setAddress({ store }: PageSession, part: Partial<AddressState>): void {
  store.setState(({ address }) => ({ address: { ...address, ...part } }));
}

/**
 * What the address of this page would be for others, who have another adapter.
 * @param page what else it is to say.
 * @param cutsAt steps at which it has shortcuts cut.
 */
export function linkOf(
  state: PageState,
  page: Partial<PageSetup> = {},
  cutsAt: readonly number[] = [],
): string {
  const setup = setupOf(state, { isWhole: true });
  const runs = setup.runs === null ? null : withCutsAt(setup.runs, cutsAt);
  return encodeSetup({ page: { ...setup.page, ...page }, runs });
}

function openDecoded(session: PageSession, { setup, refused }: Decoded): void {
  const { page, runs } = setup;
  const { view, linked, charts } = page;
  const experiment = experimentIn(page.experiment);
  const { hide: hidden, lock, task = null } = page;
  const address = {
    refused,
    waiting: null,
    hidden,
    lock,
    task,
    questions: page.ask.map(questionOf),
    networks: networksText(runs ?? []),
  };
  session.store.setState({
    ...{ view, linked, address, experiment },
    ...(charts === null ? {} : { charts }),
  });
  if (runs === null) return;
  session.replaceRuns(
    runs.map(({ config, name, colour, kernels, weightsSha256 }) => ({
      ...{ config, name, kernelCode: kernels, expectedSha256: weightsSha256 },
      colourIndex: colour === undefined ? undefined : colour - 1,
    })),
  );
}

/** Whether something changed that the address says. */
function isSaid(state: PageState, before: PageState): boolean {
  const { runs, view, experiment, linked, charts, address, engine, isDefaultPair } = state;
  return (
    runs !== before.runs ||
    view !== before.view ||
    experiment?.id !== before.experiment?.id ||
    experiment?.size !== before.experiment?.size ||
    experiment?.without !== before.experiment?.without ||
    linked !== before.linked ||
    charts !== before.charts ||
    address !== before.address ||
    engine !== before.engine ||
    isDefaultPair !== before.isDefaultPair
  );
}

/** `degradation.small`, or `ladder.small.dirac` without an arm, as the page shows it before anything is trained. */
function experimentIn(text: string | undefined): ExperimentState | null {
  const [id = '', named, ...without] = text?.split('.') ?? [];
  const size = EXPERIMENT_SIZES.find((candidate) => candidate === named);
  return size === undefined ? null : offered(id, size, without);
}
