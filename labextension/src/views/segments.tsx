/** One of few: a row of words, the chosen one set apart. */
import { useId, type ReactElement } from 'react';

export interface ISegment<T extends string> {
  readonly value: T;
  readonly label: string;
  readonly title?: string;
  readonly disabled?: boolean;
}

export interface ISegmentsProps<T extends string> {
  readonly label: string;
  readonly segments: readonly ISegment<T>[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

export function Segments<T extends string>(props: ISegmentsProps<T>): ReactElement {
  const { label, segments, value, onChange } = props;
  const group = useId();
  return (
    <div className="parsess-Segments" role="radiogroup" aria-label={label}>
      {segments.map(one => (
        <label key={one.value} className="parsess-Segments-one" title={one.title}>
          <input
            type="radio"
            name={group}
            checked={one.value === value}
            disabled={one.disabled}
            onChange={() => {
              onChange(one.value);
            }}
          />
          <span>{one.label}</span>
        </label>
      ))}
    </div>
  );
}
