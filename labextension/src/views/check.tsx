/** A box to tick, with its words. */
import type { ReactElement } from 'react';

export interface ICheckProps {
  readonly checked: boolean;
  readonly title?: string;
  readonly onChange: (checked: boolean) => void;
  readonly children: string;
}

export function Check({ checked, title, onChange, children }: ICheckProps): ReactElement {
  return (
    <label className="parsess-Check" title={title}>
      <input
        type="checkbox"
        checked={checked}
        onChange={event => {
          onChange(event.target.checked);
        }}
      />
      <span>{children}</span>
    </label>
  );
}
