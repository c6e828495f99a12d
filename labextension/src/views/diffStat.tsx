/** How much a diff changes: `+3 −1`. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useEffect, useState, type ReactElement } from 'react';

import type { DiffContent } from '../protocol';
import type { IDiffCount } from './codeDiff';

export interface IDiffStatProps {
  readonly trans: TranslationBundle;
  readonly diffs: readonly DiffContent[];
}

export function DiffStat({ trans, diffs }: IDiffStatProps): ReactElement | null {
  const [count, setCount] = useState<IDiffCount | null>(null);
  useEffect(() => {
    let current = true;
    void import('./codeDiff').then(({ countLines }) => {
      if (current) {
        setCount(sum(diffs.map(countLines)));
      }
    });
    return () => {
      current = false;
    };
  }, [diffs]);
  if (count === null) {
    return null;
  }
  const { added, removed } = count;
  return (
    <span
      className="parsess-DiffStat"
      role="img"
      aria-label={trans.__('%1 lines added, %2 lines removed', added, removed)}
    >
      {(added > 0 || removed === 0) && <span className="parsess-DiffStat-added">+{added}</span>}{' '}
      {removed > 0 && <span className="parsess-DiffStat-removed">−{removed}</span>}
    </span>
  );
}

function sum(counts: readonly IDiffCount[]): IDiffCount {
  return counts.reduce(
    (total, { added, removed }) => ({ added: total.added + added, removed: total.removed + removed }),
    { added: 0, removed: 0 }
  );
}
