import type { ReactElement } from 'react';
import { AttemptLimitMessage, SignInAgain } from './attempt-limit-message.tsx';
import type { AttemptLimit } from './attempt-limit.ts';

/** Used where the person types no code: for a sent code or a key. */
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
