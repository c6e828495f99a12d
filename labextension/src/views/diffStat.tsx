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
  return <LineCounts trans={trans} {...count} />;
}

export interface ILineCountsProps extends IDiffCount {
  readonly trans: TranslationBundle;
}

export function LineCounts({ trans, added, removed }: ILineCountsProps): ReactElement {
  const words = [
    trans._n('%1 line added', '%1 lines added', added),
    trans._n('%1 line removed', '%1 lines removed', removed)
  ];
  return (
    <span className="parsess-DiffStat" role="img" aria-label={words.join(', ')}>
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
