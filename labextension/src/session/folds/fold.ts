/** What a fold is: how one kind of event changes the state. */
import type { Event, EventOf, IStored } from '../../protocol';
import type { ISessionState } from '../state';

export type Patch = Partial<ISessionState>;

/** When and as what the event was stored. */
export type Stamp = Pick<IStored, 'seq' | 'at'>;

/** One fold for each of these kinds. */
export type Folds<Kinds extends Event['kind']> = {
  readonly [Kind in Kinds]: (state: ISessionState, event: EventOf<Kind>, stamp: Stamp) => Patch;
};
