/** The hash of a finished run's weights, which others can compare, and a button that trains the run again. */
import type { RunView } from '../../app/state.ts';
import { usePage, useSession } from '../context.ts';
import { useCopy } from '../useCopy.ts';
import { shortHash, VerificationNote } from '../VerificationNote.tsx';

export function FinalHash({ run }: { run: RunView }) {
  const session = useSession();
  const isShown = usePage(({ verification }) => verification?.id === run.libraryId);
  const { finalWeights, expectedSha256, libraryId: id, name: title } = run;
  const { note, copy } = useCopy(finalWeights?.sha256 ?? '', 'hash');
  if (finalWeights === null) {
    return expectedSha256 === null ? null : (
      <p className="hint">
        The link expects the finished weights to have the hash {shortHash(expectedSha256)}.
      </p>
    );
  }
  const { sha256, arithmetic, replay } = finalWeights;
  return (
    <>
      <p className="row measure hint">
        <span title={`weightsSha256 ${sha256}`}>
          Weights {shortHash(sha256)}
          {arithmetic !== null && `, ${arithmetic} arithmetic`}
        </span>
        <button type="button" className="link" onClick={copy}>
          Copy hash<span className="visually-hidden"> of {title}</span>
        </button>
        {arithmetic === 'exact' && replay !== null && (
          <button
            type="button"
            className="link"
            title="Trains the run again on the processor, and says whether it gives the same weights."
            onClick={() =>
              void session.verifier.start({ id, title }, () => session.runFile(run.id))
            }
          >
            Verify<span className="visually-hidden"> {title}</span>
          </button>
        )}
        <span aria-live="polite">{note}</span>
      </p>
      {expectedSha256 !== null && <Expectation wanted={expectedSha256} got={finalWeights} />}
      {isShown && <VerificationNote />}
    </>
  );
}

function Expectation(props: {
  readonly wanted: string;
  readonly got: NonNullable<RunView['finalWeights']>;
}) {
  const { wanted, got } = props;
  if (got.sha256 === wanted) {
    return <p className="hint">These are the weights that the link expects.</p>;
  }
  return (
    <p className="error" role="alert">
      The link expects other weights: {shortHash(wanted)}.{' '}
      {got.arithmetic === 'exact'
        ? 'The images, the kernels’ revision or the run itself differ.'
        : 'Only exact arithmetic on the WebAssembly kernels can give them.'}
    </p>
  );
}
