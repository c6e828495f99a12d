/** How full the context window is, and what the session has used. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { IUsage } from '../session/state';
import { cost, tokens } from './format';

/** A circle of this radius has a circumference of about 31.4. */
const RADIUS = 5;
const AROUND = 2 * Math.PI * RADIUS;
/** From here on the window is nearly full. */
const HIGH = 0.85;

export interface IGaugeProps {
  readonly trans: TranslationBundle;
  readonly usage: IUsage;
}

export function Gauge({ trans, usage }: IGaugeProps): ReactElement | null {
  const total = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  if (total === 0 && usage.used === null) {
    return null;
  }
  const share = usage.used !== null && usage.size ? Math.min(1, usage.used / usage.size) : null;
  return (
    <span className="parsess-Gauge parsess-mod-wide" title={details(trans, usage)}>
      {share !== null && (
        <span
          className={`parsess-Gauge-share${share >= HIGH ? ' parsess-mod-high' : ''}`}
          role="img"
          aria-label={trans.__('Context window %1 % full', Math.round(share * 100))}
        >
          <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
            <circle className="parsess-Gauge-ring" cx="7" cy="7" r={RADIUS} />
            <circle
              className="parsess-Gauge-arc"
              cx="7"
              cy="7"
              r={RADIUS}
              strokeDasharray={`${share * AROUND} ${AROUND}`}
              transform="rotate(-90 7 7)"
            />
          </svg>
          {Math.round(share * 100)}%
        </span>
      )}
      <span>
        {usage.costUsd === null
          ? trans._n('%2 token', '%2 tokens', total, tokens(total))
          : cost(usage.costUsd)}
      </span>
    </span>
  );
}

function details(trans: TranslationBundle, usage: IUsage): string {
  const lines = [
    trans.__('In: %1, out: %2', tokens(usage.input), tokens(usage.output)),
    trans.__('Cache: read %1, written %2', tokens(usage.cacheRead), tokens(usage.cacheWrite))
  ];
  if (usage.used !== null && usage.size !== null) {
    lines.unshift(trans.__('Context: %1 of %2 tokens', tokens(usage.used), tokens(usage.size)));
  }
  return lines.join('\n');
}
