/** The hash of a finished run's weights, which others can compare, and a button that trains the run again. */
import type { RunView } from '../../app/state.ts';
import { usePage, useSession } from '../context.ts';
import { useCopy } from '../useCopy.ts';
import { shortHash, VerificationNote } from '../VerificationNote.tsx';
import { HIDDEN, Rich } from '../Rich.tsx';
import { t } from '../../text/t.ts';

export function FinalHash({ run }: { run: RunView }) {
  const session = useSession();
  const isShown = usePage(({ verification }) => verification?.id === run.libraryId);
  const { finalWeights, expectedSha256, libraryId: id, name: title } = run;
  const { note, copy } = useCopy(finalWeights?.sha256 ?? '', 'hash');
  if (finalWeights === null) {
    return expectedSha256 === null ? null : (
      <p className="hint">{t`The link expects the finished weights to have the hash ${shortHash(expectedSha256)}.`}</p>
    );
  }
  const { sha256, arithmetic, replay } = finalWeights;
  const inJson = `weightsSha256 ${sha256}`;
  return (
    <>
      <p className="row measure hint">
        <span title={inJson}>{weightsText(shortHash(sha256), arithmetic)}</span>
        <button type="button" className="link" onClick={copy}>
          <Rich text={t`Copy hash<hidden> of ${title}</hidden>`} marks={HIDDEN} />
        </button>
        {arithmetic === 'exact' && replay !== null && (
          <button
            type="button"
            className="link"
            title={t`Trains the run again on the processor, and says whether it gives the same weights.`}
            onClick={() =>
              void session.verifier.start({ id, title }, () => session.runFile(run.id))
            }
          >
            <Rich text={t`Verify<hidden> ${title}</hidden>`} marks={HIDDEN} />
          </button>
        )}
        <span aria-live="polite">{note}</span>
      </p>
      {expectedSha256 !== null && <Expectation wanted={expectedSha256} got={finalWeights} />}
      {isShown && <VerificationNote />}
    </>
  );
}

function weightsText(
  hash: string,
  arithmetic: NonNullable<RunView['finalWeights']>['arithmetic'],
): string {
  if (arithmetic === null) return t`Weights ${hash}`;
  return arithmetic === 'exact'
    ? t`Weights ${hash}, exact arithmetic`
    : t`Weights ${hash}, fast arithmetic`;
}

function Expectation(props: {
  readonly wanted: string;
  readonly got: NonNullable<RunView['finalWeights']>;
}) {
  const { wanted, got } = props;
  if (got.sha256 === wanted) {
    return <p className="hint">{t`These are the weights that the link expects.`}</p>;
  }
  return (
    <p className="error" role="alert">
      {got.arithmetic === 'exact'
        ? t`The link expects other weights: ${shortHash(wanted)}. The images, the kernels’ revision or the run itself differ.`
        : t`The link expects other weights: ${shortHash(wanted)}. Only exact arithmetic on the WebAssembly kernels can give them.`}
    </p>
  );
}
