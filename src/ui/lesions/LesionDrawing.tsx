/** A network as rows of blocks, each a switch. A block that is off leaves its shortcut, or nothing if it has none. */
import { useRef } from 'react';
import { resultOf, type StudyState } from '../../app/studies.ts';
import { moveFocus } from '../../charts/arrowKeys.ts';
import { formatCount, formatPercent } from '../../charts/format.ts';
import { runColour } from '../../charts/palette.ts';
import type { BlockInfo } from '../../model/graph.ts';
import { lesionKind } from '../../model/lesion.ts';
import type { Subject } from '../studies/useStudies.ts';
import { Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

interface LesionDrawingProps {
  readonly subject: Subject;
  readonly state: StudyState | undefined;
  readonly canStudy: boolean;
  /** Tests the network without these blocks. */
  readonly onTest: (off: readonly string[]) => void;
}

export function LesionDrawing({ subject, state, canStudy, onTest }: LesionDrawingProps) {
  const group = useRef<HTMLDivElement>(null);
  const { graph } = subject;
  const { name, colourIndex } = subject.run;
  const off = offBlocks(state);
  const toggle = (block: string) => {
    const isOff = off.includes(block);
    const wanted = new Set(isOff ? off.filter((one) => one !== block) : [...off, block]);
    onTest(graph.blocks.flatMap((info) => (wanted.has(info.name) ? [info.name] : [])));
  };
  const stages = [...new Set(graph.blocks.map(({ stage }) => stage))];
  const [first] = graph.blocks;
  return (
    <section className="lesion-net" aria-label={t`Blocks of ${name}`}>
      <h3 style={{ color: runColour(colourIndex) }}>{name}</h3>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for form fields */}
      <div
        ref={group}
        role="group"
        aria-label={t`Drawing of ${name}, a switch for each block`}
        className="column lesion-blocks"
        style={{ color: runColour(colourIndex) }}
        onKeyDown={(event) => moveFocus(event, group.current, '[role=switch]')}
      >
        {stages.map((stage) => (
          <div key={stage} className="row lesion-stage">
            <span aria-hidden="true" translate="no">
              conv{stage + 1}_x
            </span>
            {graph.blocks
              .filter((block) => block.stage === stage)
              .map((block) => (
                <button
                  key={block.name}
                  type="button"
                  role="switch"
                  className="lesion-block"
                  aria-checked={!off.includes(block.name)}
                  aria-label={t`Block ${block.name}`}
                  title={describe(block)}
                  tabIndex={block === first ? 0 : -1}
                  disabled={!canStudy || lesionKind(block) === 'impossible'}
                  onClick={() => toggle(block.name)}
                >
                  <BlockPicture block={block} isOff={off.includes(block.name)} />
                </button>
              ))}
          </div>
        ))}
      </div>
      <p className="lesion-result" aria-live="polite">
        <Verdict state={state} off={off} />{' '}
        {off.length > 0 && (
          <button type="button" className="link" onClick={() => onTest([])}>
            <Rich
              text={t`Switch all on<of> in ${name}</of>`}
              marks={{ of: (inner) => <span className="visually-hidden">{inner}</span> }}
            />
          </button>
        )}
      </p>
    </section>
  );
}

function offBlocks(state: StudyState | undefined): readonly string[] {
  return state?.study.kind === 'lesions' ? (state.study.sets[1] ?? []) : [];
}

function Verdict({ state, off }: { state: StudyState | undefined; off: readonly string[] }) {
  if (state === undefined) return <span className="faint">{t`All blocks on.`}</span>;
  if (state.status === 'running') return <span className="faint">{t`Testing …`}</span>;
  if (state.status === 'failed') return <span className="error">{state.message}</span>;
  const [whole, cut] = resultOf(state, 'lesions')?.rows ?? [];
  if (whole === undefined || cut === undefined)
    return <span className="faint">{t`Not tested.`}</span>;
  const base = formatPercent(1 - whole.accuracy);
  const { step } = state;
  const at = step === null ? null : formatCount(step);
  const after = formatPercent(1 - cut.accuracy);
  const text =
    off.length === 0
      ? at === null
        ? t`Test error <b>${base}</b>, all blocks on.`
        : t`Test error <b>${base}</b> at step ${at}, all blocks on.`
      : off.length === 1
        ? at === null
          ? t`Test error ${base} → <b>${after}</b>, ${off.join()} off.`
          : t`Test error ${base} → <b>${after}</b> at step ${at}, ${off.join()} off.`
        : at === null
          ? t`Test error ${base} → <b>${after}</b>, ${off.length} blocks off.`
          : t`Test error ${base} → <b>${after}</b> at step ${at}, ${off.length} blocks off.`;
  return <Rich text={text} marks={{ b: (inner) => <strong>{inner}</strong> }} />;
}

function describe(block: BlockInfo): string {
  const { name, inShape, outShape } = block;
  switch (lesionKind(block)) {
    case 'shortcut':
      return block.changesShape ? t`${name}, off: its shortcut alone` : t`${name}, off: identity`;
    case 'identity':
      return t`${name}, off: identity`;
    case 'subsample':
      return t`${name}, off: every second pixel, ${inShape.channels} of ${outShape.channels} channels`;
    case 'impossible':
      return t`${name} narrows and has no shortcut: it can’t be switched off`;
  }
}

/** A box on a wire, under an arc if it has a shortcut; empty while it is off. */
function BlockPicture({ block, isOff }: { block: BlockInfo; isOff: boolean }) {
  const hasShortcut = lesionKind(block) === 'shortcut';
  const [from, to] = isOff && hasShortcut ? [3, 27] : [0, 30];
  return (
    <svg viewBox="0 0 30 30" aria-hidden="true">
      {isOff && hasShortcut ? (
        <path d="M0 20H3M27 20H30" stroke="currentColor" strokeWidth={1.5} />
      ) : (
        <path d={`M${from} 20H${to}`} stroke="currentColor" strokeWidth={1.5} />
      )}
      {hasShortcut && (
        <path
          d="M3 20C3 2 27 2 27 20"
          fill="none"
          stroke="currentColor"
          strokeWidth={isOff ? 2.5 : 1.5}
          strokeDasharray={block.changesShape ? '4 2' : undefined}
        />
      )}
      <rect
        x={9}
        y={14}
        width={12}
        height={12}
        rx={2}
        fill={isOff ? (hasShortcut ? 'var(--paper)' : 'none') : 'currentColor'}
        stroke="currentColor"
        strokeWidth={1.25}
        strokeDasharray={isOff ? '2 2' : undefined}
      />
    </svg>
  );
}
