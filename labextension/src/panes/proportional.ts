/** A split panel whose parts keep their shares of it, whatever size it is given. */
import type { Message } from '@lumino/messaging';
import { SplitPanel } from '@lumino/widgets';

export class ProportionalPanel extends SplitPanel {
  constructor(options: SplitPanel.IOptions) {
    super(options);
    this.handleMoved.connect(() => {
      this.shares = this.relativeSizes();
    });
  }

  override processMessage(message: Message): void {
    if (message.type === 'resize') {
      // Else all parts would get or lose the same length, and what was shared while it was small would stay.
      this.setRelativeSizes([...this.shares], false);
    }
    super.processMessage(message);
  }

  protected share(shares: readonly number[]): void {
    this.shares = shares;
    this.setRelativeSizes([...shares]);
  }

  private shares: readonly number[] = [];
}
