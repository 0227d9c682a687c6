/** Whose name the model is published under: the hub's own page, or an access token. */
import { useId, useState } from 'react';
import { clientId } from '../../app/publish/signIn.ts';

interface SignInProps {
  readonly isConnecting: boolean;
  readonly onSignIn: (clientId: string) => void;
  readonly onCancel: () => void;
  readonly onToken: (token: string) => void;
}

export function SignIn({ isConnecting, onSignIn, onCancel, onToken }: SignInProps) {
  const client = clientId();
  return (
    <section className="column" aria-label="Sign in">
      {client !== null && (
        <div className="row">
          <button
            type="button"
            className="primary"
            disabled={isConnecting}
            onClick={() => onSignIn(client)}
          >
            Sign in with Hugging Face
          </button>
          {isConnecting && (
            <button type="button" onClick={onCancel}>
              Cancel
            </button>
          )}
          <p className="hint">In a tab of its own; training goes on here.</p>
        </div>
      )}
      {client === null ? (
        <TokenForm isConnecting={isConnecting} onToken={onToken} />
      ) : (
        <details>
          <summary>Paste an access token instead</summary>
          <TokenForm isConnecting={isConnecting} onToken={onToken} />
        </details>
      )}
    </section>
  );
}

function TokenForm({ isConnecting, onToken }: Pick<SignInProps, 'isConnecting' | 'onToken'>) {
  const id = useId();
  const [token, setToken] = useState('');
  return (
    <form
      className="column field"
      onSubmit={(event) => {
        event.preventDefault();
        onToken(token.trim());
      }}
    >
      <label htmlFor={id}>Access token</label>
      <div className="row token-row">
        <input
          id={id}
          type="password"
          autoComplete="off"
          spellCheck={false}
          value={token}
          aria-describedby={`${id}-note`}
          onChange={(event) => setToken(event.target.value)}
        />
        <button type="submit" disabled={isConnecting || token.trim() === ''}>
          {isConnecting ? 'Connecting …' : 'Connect'}
        </button>
      </div>
      <p id={`${id}-note`} className="hint">
        A token with write access, from{' '}
        <a href="https://huggingface.co/settings/tokens" target="_blank" rel="noreferrer">
          your settings at Hugging Face
        </a>
        . It is forgotten when this dialog closes.
      </p>
    </form>
  );
}
