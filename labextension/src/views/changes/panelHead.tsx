/** The head of what stands in place of the changes, with the way back to them. */
import type { ReactElement } from 'react';

import { closeIcon } from '../icons';

interface IPanelHeadProps {
  readonly title: string;
  readonly closeLabel: string;
  readonly onClose: () => void;
}

export function PanelHead({ title, closeLabel, onClose }: IPanelHeadProps): ReactElement {
  return (
    <div className="parsess-Panel-head">
      <h3>{title}</h3>
      <span className="parsess-Line-space" />
      <button
        type="button"
        className="parsess-IconButton"
        aria-label={closeLabel}
        title={closeLabel}
        onClick={onClose}
      >
        <closeIcon.react tag="span" />
      </button>
    </div>
  );
}
