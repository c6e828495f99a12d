/** What a command is made of. */
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

export type Command = Omit<CommandRegistry.ICommandOptions, 'describedBy'> & {
  /** JSON Schema of each argument. */
  readonly args?: ReadonlyJSONObject;
};

/** By their ids. */
export type Commands = Readonly<Record<string, Command>>;
