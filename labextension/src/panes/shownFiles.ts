/** What an agent writes is seen in JupyterLab's file browser at once, not with its next look. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Throttler } from '@lumino/polling';

import type { SessionModel } from '../session/model';
import type { Item, IToolItem } from '../session/state';

const REFRESH = 'filebrowser:refresh';

/** Milliseconds between two looks. */
const PAUSE = 500;

/** Returns how to stop. */
export function showFiles(app: JupyterFrontEnd, model: SessionModel): () => void {
  const refresh = new Throttler(
    async () => {
      if (app.commands.hasCommand(REFRESH)) {
        await app.commands.execute(REFRESH);
      }
    },
    { limit: PAUSE, edge: 'trailing' }
  );
  let done = writesDone(model.state.items);
  const onState = () => {
    const now = writesDone(model.state.items);
    if (now > done && model.state.activity !== 'starting') {
      refresh.invoke().catch(() => undefined);
    }
    done = now;
  };
  model.stateChanged.connect(onState);
  return () => {
    model.stateChanged.disconnect(onState);
    refresh.dispose();
  };
}

const WRITES: readonly IToolItem['kind'][] = ['edit', 'delete', 'move', 'execute', 'other'];

/** How many calls have ended that may have changed files. */
export function writesDone(items: readonly Item[]): number {
  return items.filter(item => item.type === 'tool' && WRITES.includes(item.kind) && item.endedAt !== null)
    .length;
}
