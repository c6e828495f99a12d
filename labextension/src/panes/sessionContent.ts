/** A session's pane: the conversation above, terminal and changes below, the border between them to be dragged. */
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';

import type { ResourceBlock } from '../protocol';
import type { SessionModel } from '../session/model';
import type { Panel } from '../views/changes/contract';
import type { ITerminalActions } from '../views/contract';
import type { TerminalPreferences, TerminalServer } from '../terminals';
import { paneActions, showError } from './actions';
import { BlobUrls } from './blobs';
import { ChangesView } from './changesView';
import type { IPaneContent, ISessionCommands } from './content';
import { ConversationView } from './conversationView';
import { LowerArea } from './lower';
import type { IPaneLayout } from './memory';
import type { SessionPane } from './pane';
import { shorten, type IPlaces } from './places';
import { ProportionalPanel } from './proportional';
import { SameDirectory } from './sameDirectory';
import { SessionTerminals } from './sessionTerminals';
import { showFiles } from './shownFiles';
import { worktreeActions } from './worktreeActions';

/** What all terminals of the page share. */
export interface ITerminals {
  readonly server: TerminalServer;
  readonly preferences: TerminalPreferences;
}

/** What a directory without a worktree of its own is. */
const READY = { status: 'ready' };

/** Share of the height that landing and removing need, so that all that is asked can be read. */
const ROOM = 0.6;

/** The border goes back where it was when the panel is closed. */
function withRoom([upper = 1, lower = 0]: readonly number[]): readonly number[] {
  return lower / (upper + lower) < ROOM ? [1 - ROOM, ROOM] : [upper, lower];
}

export class SessionContent extends ProportionalPanel implements IPaneContent, ISessionCommands {
  readonly commands = this;
  terminals: SessionTerminals | null = null;

  constructor(
    private readonly pane: SessionPane,
    private readonly model: SessionModel,
    private readonly shared: ITerminals,
    private readonly places: IPlaces,
    private readonly remembered: IPaneLayout
  ) {
    super({ orientation: 'vertical', spacing: 1 });
    this.addClass('parsess-SessionContent');
    const { services } = pane;
    this.blobs = new BlobUrls(services.server, model.id);
    const actions = {
      ...paneActions(services, model, this.blobs),
      ...this.terminalActions(),
      ...worktreeActions(services, model, {
        showChanges: () => {
          this.showChanges();
        },
        become: subject => {
          pane.become(subject);
        },
        onRestored: () => {
          this.changes.lookAnew();
        }
      })
    };
    this.conversation = new ConversationView(pane, model, places, actions);
    this.lower = new LowerArea(services.trans, remembered.open);
    this.changes = new ChangesView(pane, model, places, actions);
    this.sizes = remembered.sizes;
    this.addWidget(this.conversation);
    this.addWidget(this.lower);
    this.shareHeight();
    this.lower.openChanged.connect(() => {
      this.onOpenChanged();
    });
    this.changes.panelChanged.connect(() => {
      this.shareHeight();
    });
    this.handleMoved.connect(() => {
      this.sizes = this.lower.open ? this.relativeSizes() : this.sizes;
      this.save();
    });
    this.lower.tabBar.addRequested.connect(() => {
      this.terminals?.openNew();
    });
    this.lower.renameRequested.connect((_, widget) => {
      const terminal = this.terminals?.all.find(one => one === widget);
      if (terminal) {
        void this.terminals?.rename(terminal).catch(showError);
      }
    });
    this.lower.currentChanged.connect(() => {
      this.lookAtChanges();
    });
    this.stopShowingFiles = showFiles(services.app, model);
    model.stateChanged.connect(this.onState);
    this.onState();
  }

  /** Back to where the keyboard was in this pane. */
  focus(): void {
    if (this.keyboard === 'terminal' && this.lower.open) {
      this.terminals?.focus();
    } else if (this.keyboard === 'changes' && this.lower.open) {
      this.changes.focus();
    } else {
      this.conversation.focus();
    }
  }

  toggleTerminal(): void {
    if (this.terminals?.hasFocus) {
      (document.activeElement as HTMLElement | null)?.blur();
      this.keyboard = 'conversation';
    } else {
      this.toFront(this.terminals?.current ?? null);
      this.keyboard = 'terminal';
    }
    this.focus();
  }

  /** To the changes, opened if need be, and back. */
  toggleChanges(): void {
    if (this.changes.hasFocus) {
      (document.activeElement as HTMLElement | null)?.blur();
      this.keyboard = 'conversation';
      this.focus();
    } else {
      this.showChanges();
    }
  }

  showChanges(panel?: Panel): void {
    if (panel) {
      this.changes.showPanel(panel);
    }
    this.toFront(this.changes);
    this.keyboard = 'changes';
    this.focus();
  }

  sendComments(): void {
    this.changes.sendComments();
  }

  get hasComments(): boolean {
    return this.changes.hasComments;
  }

  rewind(): void {
    this.conversation.rewind();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.model.stateChanged.disconnect(this.onState);
      this.lower.currentChanged.disconnect(this.onFront);
      this.sameDirectory?.dispose();
      this.terminals?.dispose();
      this.stopShowingFiles();
      this.blobs.dispose();
      this.changes.dispose();
      super.dispose();
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.node.addEventListener('focusin', this.onFocusIn);
    this.lookAtChanges();
  }

  protected override onBeforeDetach(message: Message): void {
    this.node.removeEventListener('focusin', this.onFocusIn);
    super.onBeforeDetach(message);
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.lookAtChanges();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.lookAtChanges();
  }

  /** Terminal and changes need the session's directory: a lost session has none, a worktree has it when it is made. */
  private readonly onState = () => {
    const { summary, connection, state } = this.model;
    const made = summary !== null && (state.worktree ?? summary.worktree ?? READY).status === 'ready';
    const there = connection !== 'gone' && (made || this.terminals !== null);
    if (this.lower.isHidden === there) {
      this.lower.setHidden(!there);
      // What is hidden keeps no share of the height.
      this.shareHeight();
    }
    if (summary && there && !this.terminals) {
      this.addTerminals(summary.directory);
      this.lower.addWidget(this.changes);
      if (this.remembered.front === 'changes') {
        this.lower.currentWidget = this.changes;
      }
      this.lower.currentChanged.connect(this.onFront);
    }
    this.lookAtChanges();
  };

  private readonly onFront = () => {
    this.save();
  };

  private readonly onFocusIn = () => {
    this.keyboard = this.terminals?.hasFocus
      ? 'terminal'
      : this.changes.hasFocus
        ? 'changes'
        : 'conversation';
  };

  /** Counts are kept up to date as long as the pane is seen. */
  private lookAtChanges(): void {
    this.changes.setSeen(this.isVisible && this.changes.isAttached && !this.lower.isHidden);
  }

  private toFront(widget: Widget | null): void {
    if (widget) {
      this.lower.currentWidget = widget;
    }
    this.lower.open = true;
  }

  private onOpenChanged(): void {
    this.shareHeight();
    this.save();
    this.lookAtChanges();
    const { currentWidget } = this.lower;
    if (!this.lower.open && this.keyboard !== 'conversation') {
      this.keyboard = 'conversation';
      this.conversation.focus();
    } else if (this.lower.open && this.terminals?.all.some(terminal => terminal === currentWidget)) {
      this.terminals.focus();
    }
  }

  private shareHeight(): void {
    const sizes = this.changes.panel === null ? this.sizes : withRoom(this.sizes);
    this.share(this.lower.open ? sizes : [1, 0]);
  }

  private save(): void {
    const { sizes, lower } = this;
    const front = lower.currentWidget === this.changes ? 'changes' : 'terminal';
    this.pane.services.memory.saveLayout(this.model.id, { sizes, open: lower.open, front });
  }

  private addTerminals(directory: string): void {
    const { pane, model, shared, lower, places } = this;
    const toPrompt = (block: ResourceBlock) => {
      this.conversation.attach(block);
    };
    this.terminals = new SessionTerminals({ pane, model, directory, shared, lower, toPrompt });
    this.sameDirectory = new SameDirectory({
      services: pane.services,
      model,
      terminals: this.terminals,
      home: directory,
      node: lower.aside,
      shorten: path => shorten(places, path)
    });
  }

  private terminalActions(): ITerminalActions {
    return {
      toTerminal: command => this.terminals?.type(command),
      runInTerminal: async (question, fresh) => (await this.terminals?.runAsked(question, fresh)) ?? null
    };
  }

  private readonly blobs: BlobUrls;
  private readonly conversation: ConversationView;
  private readonly lower: LowerArea;
  private sameDirectory: SameDirectory | null = null;
  private stopShowingFiles: () => void;
  /** Of an open lower part without a panel in it: what is remembered. */
  private sizes: readonly number[];
  private readonly changes: ChangesView;
  private keyboard: 'conversation' | 'terminal' | 'changes' = 'conversation';
}
