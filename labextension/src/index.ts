import { type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'parsess-lab:plugin',
  description: 'Runs several coding agents side by side.',
  autoStart: true,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, translator: ITranslator | null) => {
    const trans = (translator ?? nullTranslator).load('parsess_lab');
    app.commands.addCommand('parsess-lab:new-session', {
      label: trans.__('New Parallel Session'),
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => undefined
    });
  }
};

export default plugin;
