/** git's hunks as CodeMirror's changes: both speak of the same lines then, and the whole file is never compared. */
import { Change, diff } from '@codemirror/merge';

import type { IHunk } from '../../session/changes';
import { DIFF_CONFIG } from '../codeDiff';

/** Longer stretches are not compared word by word. */
const WORDS = 4000;

interface IRun {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** A comparison for CodeMirror. Where the hunks are not those of the texts, the texts are compared. */
export function comparison(hunks: readonly IHunk[]): (a: string, b: string) => readonly Change[] {
  return (a, b) => exactly(hunks, a, b) ?? diff(a, b, DIFF_CONFIG);
}

/** Null: the hunks are from another moment, or some are staged and others not. */
function exactly(hunks: readonly IHunk[], a: string, b: string): readonly Change[] | null {
  if (hunks.length === 0 || hunks.some(({ staged }) => staged !== hunks[0]?.staged)) {
    return null;
  }
  const runs = runsOf(hunks, lineStarts(a), lineStarts(b), a.length, b.length);
  return isWhole(runs, a, b) ? runs.flatMap(run => wordwise(run, a, b)) : null;
}

/** Where each line begins, from line 1 at index 1. */
function lineStarts(text: string): number[] {
  const starts = [0, 0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

function runsOf(
  hunks: readonly IHunk[],
  startsA: readonly number[],
  startsB: readonly number[],
  endA: number,
  endB: number
): IRun[] {
  const runs: IRun[] = [];
  for (const hunk of hunks) {
    // A side without lines is counted from the line before.
    let lineA = hunk.old_lines === 0 ? hunk.old_start + 1 : hunk.old_start;
    let lineB = hunk.new_lines === 0 ? hunk.new_start + 1 : hunk.new_start;
    let [fromA, fromB] = [lineA, lineB];
    const close = () => {
      if (lineA > fromA || lineB > fromB) {
        const [startA, startB] = [startsA[fromA] ?? endA, startsB[fromB] ?? endB];
        runs.push({ fromA: startA, toA: startsA[lineA] ?? endA, fromB: startB, toB: startsB[lineB] ?? endB });
      }
    };
    for (const { kind } of hunk.lines) {
      if (kind === ' ') {
        close();
        [fromA, fromB] = [lineA + 1, lineB + 1];
      }
      lineA += kind === '+' ? 0 : 1;
      lineB += kind === '-' ? 0 : 1;
    }
    close();
  }
  return runs;
}

/** Whether all else is the same: then the runs are all that changed. */
function isWhole(runs: readonly IRun[], a: string, b: string): boolean {
  let [endA, endB] = [0, 0];
  for (const run of runs) {
    if (run.fromA < endA || run.fromB < endB || a.slice(endA, run.fromA) !== b.slice(endB, run.fromB)) {
      return false;
    }
    [endA, endB] = [run.toA, run.toB];
  }
  return a.slice(endA) === b.slice(endB);
}

function wordwise({ fromA, toA, fromB, toB }: IRun, a: string, b: string): readonly Change[] {
  const whole = new Change(fromA, toA, fromB, toB);
  if (toA === fromA || toB === fromB || toA - fromA + toB - fromB > WORDS) {
    return [whole];
  }
  return diff(a.slice(fromA, toA), b.slice(fromB, toB), DIFF_CONFIG).map(
    inner => new Change(inner.fromA + fromA, inner.toA + fromA, inner.fromB + fromB, inner.toB + fromB)
  );
}
