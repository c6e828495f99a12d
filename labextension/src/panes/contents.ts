/** What a pane holds; loaded with the first pane, and with it the views and the terminal. */
import type { SessionModel } from '../session/model';
import { TerminalPreferences, TerminalServer } from '../terminals';
import type { IPaneContent } from './content';
import { FormView } from './formView';
import type { SessionPane } from './pane';
import type { IPaneServices } from './services';
import { SessionContent, type ITerminals } from './sessionContent';

/** The conversation's share of the height, and the terminal's. */
const SIZES = [2, 1];

export async function draftContent(pane: SessionPane): Promise<IPaneContent> {
  const { memory, places } = pane.services;
  const [remembered, known] = await Promise.all([memory.choices(), places()]);
  return new FormView(pane, remembered, known);
}

export async function sessionContent(pane: SessionPane, model: SessionModel): Promise<IPaneContent> {
  const { memory, preferences, places } = pane.services;
  const [layout, known] = await Promise.all([memory.layout(model.id), places()]);
  const { terminalOpen } = preferences.current;
  return new SessionContent(
    pane,
    model,
    terminalsOf(pane.services),
    known,
    layout ?? { sizes: SIZES, open: terminalOpen, front: 'terminal' }
  );
}

/** One a page, made with the first session that is shown. */
const terminals = new WeakMap<IPaneServices, ITerminals>();

function terminalsOf(services: IPaneServices): ITerminals {
  const known = terminals.get(services);
  const all = known ?? {
    server: new TerminalServer(services.server.settings),
    preferences: new TerminalPreferences(services.settings, services.themes)
  };
  terminals.set(services, all);
  return all;
}
