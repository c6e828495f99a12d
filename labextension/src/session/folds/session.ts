/** The session itself: its name, place, options and plan, what was seen of it, what the server says. */
import type { Folds } from './fold';
import { append } from './items';

export const session: Folds<
  | 'plan'
  | 'available_commands_update'
  | 'current_mode_update'
  | 'config_option_update'
  | 'session_info_update'
  | '_directory_changed'
  | '_notice'
  | '_seen'
  | '_model_message'
> = {
  plan: (_, { entries }) => ({ plan: entries }),
  available_commands_update: (_, { available_commands }) => ({ commands: available_commands }),
  current_mode_update: (_, { current_mode_id }) => ({ mode: current_mode_id }),
  config_option_update: (_, { config_options }) => ({ options: config_options }),
  session_info_update: (state, event) => ({
    name: event.title ?? state.name,
    archived: event.archived ?? state.archived
  }),
  _directory_changed: (_, { directory }) => ({ directory }),
  _notice: (state, { level = 'info', text }, { seq, at }) => ({
    items: append(state.items, { type: 'notice', id: `${seq}`, at, level, text }, at)
  }),
  _seen: (state, { upto }) => ({ seenUpto: Math.max(state.seenUpto, upto) }),
  _model_message: () => ({})
};
