/** The form of a new session, inline in the pane that becomes the session's. */
import { UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Poll } from '@lumino/polling';
import type { ReactElement } from 'react';

import type { AgentInfo } from '../protocol';
import { Worktrees } from '../server/worktrees';
import { CreationForm, type Choices, type INewSession } from '../views/creationForm';
import { basename } from '../views/format';
import { showError } from './actions';
import type { IPaneContent } from './content';
import { pickDirectory } from './files';
import { FocusView } from './focusView';
import { choicesFor, type Remembered } from './memory';
import type { SessionPane } from './pane';
import { onServer, shorten, type IPlaces } from './places';

export class FormView extends FocusView implements IPaneContent {
  constructor(
    private readonly pane: SessionPane,
    private readonly remembered: Remembered,
    private readonly places: IPlaces
  ) {
    super();
    this.addClass('parsess-FormView');
    this.worktrees = new Worktrees(pane.services.server.settings);
    this.form = pane.name;
    this.draft = pane.services.memory.form(this.form);
  }

  /** Sent or given up. A page that is left disposes of nothing. */
  override dispose(): void {
    if (!this.isDisposed) {
      this.pane.services.memory.forgetForm(this.form);
      this.asking.dispose();
      super.dispose();
    }
  }

  readonly commands = null;

  toggleTerminal(): void {
    this.focus();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.pane.services.feed.changed.connect(this.onFeed);
  }

  protected override onBeforeDetach(message: Message): void {
    this.pane.services.feed.changed.disconnect(this.onFeed);
    super.onBeforeDetach(message);
  }

  protected override render(): ReactElement {
    const { services, directory } = this.pane;
    const [latest] = this.remembered;
    return (
      <CreationForm
        trans={services.trans}
        initial={{
          directory: directory ?? latest?.directory ?? onServer(this.places, ''),
          mode: services.preferences.current.mode
        }}
        draft={this.draft}
        onDraftChange={this.saveDraft}
        agents={this.agents}
        existing={[...services.feed.sessions.values()].filter(({ archived }) => !archived)}
        recent={this.remembered.map(choice => choice.directory)}
        remembered={this.choicesFor}
        shorten={this.shorten}
        findDirectories={this.findDirectories}
        pickDirectory={this.pickDirectory}
        findBases={this.findBases}
        fetchBases={this.fetchBases}
        create={this.create}
        open={this.open}
      />
    );
  }

  private async loadAgents(): Promise<void> {
    try {
      this.agents = await this.pane.services.server.agents();
    } catch (error) {
      if (!this.toldOfAgents) {
        this.toldOfAgents = true;
        showError(error);
      }
      throw error;
    }
    void this.asking.stop();
    this.update();
  }

  private readonly create = async (request: INewSession): Promise<void> => {
    const { server, feed, memory } = this.pane.services;
    const { prompt, ...settings } = request;
    const session = await server.create(settings);
    feed.put(session);
    // A worktree is made from the directory that was asked for, and the next one will be.
    void memory.saveChoice({ ...request, directory: session.worktree?.source ?? session.directory });
    if (prompt.trim() !== '') {
      await this.sendFirst(session.id, prompt);
    }
    await this.dropReplaced();
    this.pane.become({ session: session.id });
  };

  /** The session is there whatever becomes of its first task: then that waits in the composer. */
  private async sendFirst(session: string, text: string): Promise<void> {
    const { server, memory } = this.pane.services;
    try {
      await server.prompt(session, { id: UUID.uuid4(), text, attachments: [], when: 'queue' });
    } catch (error) {
      memory.saveDraft(session, { text, attachments: [] });
      showError(error);
    }
  }

  /** A session that got no worktree has nothing but what was just asked for again. */
  private async dropReplaced(): Promise<void> {
    const { server, feed, memory } = this.pane.services;
    const { replaces } = this.draft;
    if (replaces === undefined || feed.sessions.get(replaces)?.worktree?.status !== 'failed') {
      return;
    }
    try {
      await server.remove(replaces, ['conversation']);
      memory.forget(replaces);
    } catch (error) {
      showError(error);
    }
  }

  /** In this place, or where it is shown already. */
  private readonly open = (id: string): void => {
    const { app } = this.pane.services;
    app.commands
      .execute('parsess-lab:open-session', { id })
      .then(() => {
        this.pane.dispose();
      })
      .catch(showError);
  };

  private readonly onFeed = () => {
    this.update();
  };
  private readonly saveDraft = (draft: Choices): void => {
    this.pane.services.memory.saveForm(this.form, draft);
  };
  private readonly choicesFor = (directory: string) => choicesFor(this.remembered, directory);
  private readonly shorten = (path: string) => shorten(this.places, path);
  private readonly findDirectories = (query: string) => this.pane.services.server.directories(query);
  private readonly findBases = (directory: string) => this.worktrees.bases(directory, basename(directory));
  private readonly fetchBases = (directory: string, base: string | null) =>
    this.worktrees.fetchBases(directory, basename(directory), base);
  private readonly pickDirectory = () => pickDirectory(this.pane.services);
  protected readonly focusSelectors = ['textarea', 'input', 'button'];
  /** Of the draft this form is; the pane's name is another as soon as it is sent. */
  private readonly form: string;
  private readonly draft: Choices;
  private readonly worktrees: Worktrees;
  private agents: readonly AgentInfo[] | undefined;
  private toldOfAgents = false;
  /** A form without agents would be of no use, so it asks until the server answers. */
  private readonly asking = new Poll({
    factory: () => this.loadAgents(),
    frequency: { interval: 1000, backoff: 2, max: 10_000 },
    name: 'parsess-lab:agents'
  });
}
