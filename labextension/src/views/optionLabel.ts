/** The words of our own answers in the person's language; an agent's other ones stay as they are. */
import type { TranslationBundle } from '@jupyterlab/translation';

export function optionLabel(trans: TranslationBundle, label: string): string {
  switch (label) {
    case 'Allow once':
      return trans.__('Allow once');
    case 'Allow for this session':
      return trans.__('Allow for this session');
    case 'Allow in this project':
      return trans.__('Allow in this project');
    case 'Deny':
      return trans.__('Deny');
    case 'Run it in my terminal':
      return trans.__('Run it in my terminal');
    default:
      return label;
  }
}
