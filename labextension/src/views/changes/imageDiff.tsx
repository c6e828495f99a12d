/** A picture before and after, side by side where there is room. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { useState, type ReactElement } from 'react';

import type { Side } from '../../protocol';
import { bytes } from '../format';

export interface IImageDiffProps {
  readonly trans: TranslationBundle;
  /** Null: it was not there, or is gone. */
  readonly before: Side | null;
  readonly after: Side | null;
}

export function ImageDiff({ trans, before, after }: IImageDiffProps): ReactElement {
  return (
    <div className="parsess-ImageDiff">
      {before && <Picture trans={trans} title={trans.__('Before')} side={before} />}
      {after && <Picture trans={trans} title={trans.__('Now')} side={after} />}
    </div>
  );
}

interface IPictureProps {
  readonly trans: TranslationBundle;
  readonly title: string;
  readonly side: Side;
}

function Picture({ trans, title, side }: IPictureProps): ReactElement {
  const [facts, setFacts] = useState([bytes(side.size)]);
  return (
    <figure className="parsess-ImageDiff-one">
      <figcaption>
        {title} <span className="parsess-Quiet">{facts.join(' · ')}</span>
      </figcaption>
      {side.image ? (
        <img
          src={side.image}
          alt={title}
          onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => {
            setFacts([trans.__('%1 × %2', naturalWidth, naturalHeight), bytes(side.size)]);
          }}
        />
      ) : (
        <p className="parsess-Quiet">{trans.__('Not a picture, or too large to be shown here.')}</p>
      )}
    </figure>
  );
}
