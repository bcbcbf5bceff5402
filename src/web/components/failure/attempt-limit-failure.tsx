import type { ReactElement } from 'react';
import { AttemptLimitMessage, SignInAgain } from './attempt-limit-message.tsx';
import type { AttemptLimit } from './attempt-limit.ts';

/** Shown where there is no field for a code: before a code is sent, or for a key. */
export default function AttemptLimitFailure({
  attemptLimit,
  onEnd,
}: {
  attemptLimit: AttemptLimit;
  onEnd?: () => void;
}): ReactElement {
  return (
    <div className="failure" role="alert">
      <p>
        <AttemptLimitMessage attemptLimit={attemptLimit} onEnd={onEnd} />
      </p>
      {attemptLimit.signIn !== undefined && (
        <p>
          <SignInAgain attemptLimit={attemptLimit} variant="button" />
        </p>
      )}
    </div>
  );
}
