/** What is wrong with a field, below it. */
import type { ReactElement } from 'react';

export function Problem({ text }: { readonly text: string | null }): ReactElement | null {
  return text === null ? null : (
    <p className="parsess-Error" role="alert">
      {text}
    </p>
  );
}
