/** The tabs of the lower part: beside the name what runs, how the last command ended, and that something happened. */
import type { TranslationBundle } from '@jupyterlab/translation';
import { h, type VirtualElement } from '@lumino/virtualdom';
import { TabBar } from '@lumino/widgets';

export class LowerTabs extends TabBar.Renderer {
  constructor(private readonly trans: TranslationBundle) {
    super();
  }

  override renderLabel({ title }: TabBar.IRenderData<unknown>): VirtualElement {
    const { running, exit, unseen } = title.dataset as Readonly<Record<string, string | undefined>>;
    const { trans } = this;
    return h.div(
      { className: 'lm-TabBar-tabLabel' },
      h.span({ className: 'parsess-LowerTab-name' }, title.label),
      running
        ? h.span({ className: 'parsess-LowerTab-running' }, sign('●', trans.__('running:')), ` ${running}`)
        : null,
      exit ? h.span({ className: 'parsess-LowerTab-exit' }, sign('✗', trans.__('exited')), ` ${exit}`) : null,
      unseen ? h.span({ className: 'parsess-LowerTab-unseen' }, sign('•', trans.__('unseen'))) : null
    );
  }

  override renderCloseIcon(): VirtualElement {
    return h.div({ className: 'lm-TabBar-tabCloseIcon', title: this.trans.__('Close') }, '×');
  }
}

/** A shape for the eyes, a word for who only hears. */
function sign(shape: string, word: string): VirtualElement {
  return h.span(
    h.span({ 'aria-hidden': 'true' }, shape),
    h.span({ className: 'parsess-Hidden' }, ` ${word}`)
  );
}
