/** A session's pane: the conversation above, the terminal below, the border between them to be dragged. */
import { terminalIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { SplitPanel } from '@lumino/widgets';

import type { SessionModel } from '../session/model';
import { PaneTerminal, type TerminalPreferences, type TerminalServer } from '../terminals';
import { paneActions, showError } from './actions';
import { BlobUrls } from './blobs';
import type { IPaneContent } from './content';
import { ConversationView } from './conversationView';
import { LowerArea } from './lower';
import type { IPaneLayout } from './memory';
import type { SessionPane } from './pane';
import type { IPlaces } from './places';

/** What all terminals of the page share. */
export interface ITerminals {
  readonly server: TerminalServer;
  readonly preferences: TerminalPreferences;
}

export class SessionContent extends SplitPanel implements IPaneContent {
  constructor(
    private readonly pane: SessionPane,
    private readonly model: SessionModel,
    private readonly terminals: ITerminals,
    places: IPlaces,
    layout: IPaneLayout
  ) {
    super({ orientation: 'vertical', spacing: 1 });
    this.addClass('parsess-SessionContent');
    const { services } = pane;
    this.blobs = new BlobUrls(services.server, model.id);
    const actions = paneActions(services, model, this.blobs, command => {
      this.toTerminal(command);
    });
    this.conversation = new ConversationView(pane, model, places, actions);
    this.lower = new LowerArea(services.trans, layout.open);
    this.sizes = layout.sizes;
    this.addWidget(this.conversation);
    this.addWidget(this.lower);
    this.share();
    this.lower.openChanged.connect(() => {
      this.onOpenChanged();
    });
    this.handleMoved.connect(() => {
      this.sizes = this.lower.open ? this.relativeSizes() : this.sizes;
      this.save();
    });
    model.stateChanged.connect(this.onState);
    this.onState();
  }

  /** Back to where the keyboard was in this pane. */
  focus(): void {
    if (this.inTerminal && this.lower.open) {
      this.terminal?.focus();
    } else {
      this.conversation.focus();
    }
  }

  toggleTerminal(): void {
    if (this.terminal?.hasFocus) {
      (document.activeElement as HTMLElement | null)?.blur();
      this.inTerminal = false;
    } else {
      this.lower.open = true;
      this.inTerminal = true;
    }
    this.focus();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.stateChanged.disconnect(this.onState);
      this.blobs.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.addEventListener('focusin', this.onFocusIn);
  }

  protected override onBeforeDetach(message: Message): void {
    this.node.removeEventListener('focusin', this.onFocusIn);
    super.onBeforeDetach(message);
  }

  /** The terminal needs the session's directory; a lost session needs no terminal. */
  private readonly onState = () => {
    const { summary, connection } = this.model;
    this.lower.setHidden(connection === 'gone');
    if (summary && !this.terminal && connection !== 'gone') {
      const { trans } = this.pane.services;
      const { id: session, directory } = summary;
      this.terminal = new PaneTerminal({ ...this.terminals, session, directory, trans });
      this.terminal.title.icon = terminalIcon;
      this.lower.addWidget(this.terminal);
    }
  };

  private readonly onFocusIn = () => {
    this.inTerminal = this.terminal?.hasFocus ?? false;
  };

  private onOpenChanged(): void {
    this.share();
    this.save();
    if (this.lower.open) {
      this.terminal?.focus();
    } else if (this.inTerminal) {
      this.inTerminal = false;
      this.conversation.focus();
    }
  }

  private share(): void {
    this.setRelativeSizes(this.lower.open ? [...this.sizes] : [1, 0]);
  }

  private save(): void {
    this.pane.services.memory.saveLayout(this.model.id, { sizes: this.sizes, open: this.lower.open });
  }

  private toTerminal(command: string): void {
    this.lower.open = true;
    this.terminal?.focus();
    this.terminal?.type(command).catch(showError);
  }

  private readonly blobs: BlobUrls;
  private readonly conversation: ConversationView;
  private readonly lower: LowerArea;
  private terminal: PaneTerminal | null = null;
  private sizes: readonly number[];
  private inTerminal = false;
}
