/** The upper part of a pane: the views over one session, drawn again when its state changes. */
import type { Message } from '@lumino/messaging';
import type { ReactElement } from 'react';

import type { AgentInfo, Block, ResourceLinkBlock } from '../protocol';
import type { SessionModel } from '../session/model';
import type { Density, IPaneActions, IViewContext } from '../views/contract';
import { Conversation, type ISessionFacts } from '../views/conversation';
import type { IDraft } from '../views/draft';
import { FocusView } from './focusView';
import { paneMenu } from './menu';
import { newDraft, type SessionPane } from './pane';
import { onServer, shorten, type IPlaces } from './places';

export class ConversationView extends FocusView {
  constructor(
    private readonly pane: SessionPane,
    private readonly model: SessionModel,
    private readonly places: IPlaces,
    private readonly actions: IPaneActions
  ) {
    super();
    this.addClass('parsess-ConversationView');
    this.context = this.makeContext();
    this.draft = pane.services.memory.draft(model.id);
    model.stateChanged.connect(this.onChange);
    pane.services.preferences.changed.connect(this.onPreferences);
    void this.loadAgents();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.stateChanged.disconnect(this.onChange);
      this.pane.services.preferences.changed.disconnect(this.onPreferences);
      super.dispose();
    }
  }

  /** A pane behind another tab is drawn when it comes to the front. */
  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  /** Put text into the composer, after what stands there. */
  private compose(text: string): void {
    const { draft } = this;
    const before = draft.text.trim() === '' ? '' : `${draft.text.trimEnd()}\n\n`;
    this.saveDraft({ ...draft, text: before + text });
    this.focus();
  }

  /** Put something beside what is written, to go with it. */
  attach(block: Block): void {
    const { draft } = this;
    this.saveDraft({ ...draft, attachments: [...draft.attachments, block] });
    this.update();
    this.focus();
  }

  /** Choose a point to go back to. */
  rewind(): void {
    this.rewinds += 1;
    this.update();
  }

  protected override render(): ReactElement {
    const { model, pane } = this;
    return (
      <Conversation
        context={this.context}
        state={model.state}
        session={this.facts()}
        connection={model.connection}
        draft={this.draft}
        rewinds={this.rewinds}
        onDraftChange={this.saveDraft}
        onCompose={this.onCompose}
        onDensityChange={this.setDensity}
        shorten={this.shorten}
        menu={paneMenu(pane)}
        linkContents={this.linkContents}
        onRestore={this.restore}
        onClose={this.closePane}
        onNewSession={this.startAnew}
      />
    );
  }

  private facts(): ISessionFacts {
    const { summary, id } = this.model;
    const agent = this.agents.find(agent => agent.id === summary?.agent);
    const builtin = this.agents.find(agent => agent.id === 'builtin');
    return {
      id,
      directory: summary?.directory ?? '',
      branch: summary?.branch ?? null,
      worktree: summary?.worktree ?? null,
      environment: summary?.environment ?? null,
      conflicts: summary?.conflicts ?? [],
      agent: summary?.agent ?? '',
      agentName: agent?.name ?? summary?.agent ?? '',
      modes: agent?.capabilities?.modes ?? [],
      readOnly: summary?.read_only ?? false,
      problem: summary?.problem ?? null,
      unconfigured: summary?.agent === 'tour' ? (builtin?.why_not ?? null) : null
    };
  }

  /** Without them only names and choices are missing, so a failure is not worth a word. */
  private async loadAgents(): Promise<void> {
    this.agents = await this.pane.services.server.agents().catch(() => []);
    this.update();
  }

  private makeContext(): IViewContext {
    const { trans, rendermime, preferences } = this.pane.services;
    return { trans, rendermime, actions: this.actions, density: preferences.current.density };
  }

  private readonly onChange = () => {
    if (this.isVisible) {
      this.update();
    }
  };

  private readonly onPreferences = () => {
    this.context = this.makeContext();
    this.update();
  };

  private readonly saveDraft = (draft: IDraft): void => {
    this.draft = draft;
    this.pane.services.memory.saveDraft(this.model.id, draft);
  };

  private readonly onCompose = (text: string): void => {
    this.compose(text);
  };

  private readonly setDensity = (density: Density): void => {
    this.pane.services.preferences.setDensity(density);
  };

  private readonly restore = async (): Promise<void> => {
    const { server, feed } = this.pane.services;
    feed.put(await server.change(this.model.id, { archived: false }));
  };

  private readonly linkContents = (paths: readonly string[]): ResourceLinkBlock[] =>
    paths.map(path => ({
      type: 'resource_link',
      uri: onServer(this.places, this.pane.services.app.serviceManager.contents.localPath(path)),
      name: path.split('/').pop() ?? path
    }));

  private readonly startAnew = (): void => {
    this.pane.services.memory.forget(this.model.id);
    this.pane.become(newDraft(this.model.summary?.directory ?? null));
  };

  private readonly closePane = (): void => {
    this.pane.close();
  };
  private readonly shorten = (path: string) => shorten(this.places, path);

  /** The answers to a question unless something is typed; the composer, or what stands in its place. */
  protected readonly focusSelectors = [
    ':has(.parsess-Composer-input:placeholder-shown) .parsess-Options button',
    '.parsess-Composer textarea',
    'button'
  ];
  private context: IViewContext;
  private draft: IDraft;
  private rewinds = 0;
  private agents: readonly AgentInfo[] = [];
}
