/** Places inside an editor where React draws: hunk bars and remarks between the lines of a diff. */
import { WidgetType } from '@codemirror/view';

export interface IHost {
  readonly key: string;
  readonly node: HTMLElement;
}

export class Hosts {
  /** For React: what is there, as a new array after each change. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly IHost[] => this.all;

  add(key: string, node: HTMLElement): void {
    this.set([...this.all, { key, node }]);
  }

  remove(node: HTMLElement): void {
    this.set(this.all.filter(host => host.node !== node));
  }

  private set(all: readonly IHost[]): void {
    this.all = all;
    // The editor draws while React may be drawing too.
    queueMicrotask(() => {
      this.listeners.forEach(listener => {
        listener();
      });
    });
  }

  private all: readonly IHost[] = [];
  private readonly listeners = new Set<() => void>();
}

export class HostWidget extends WidgetType {
  constructor(
    private readonly key: string,
    private readonly hosts: Hosts,
    private readonly height: number
  ) {
    super();
  }

  override get estimatedHeight(): number {
    return this.height;
  }

  override eq(other: HostWidget): boolean {
    return other.key === this.key;
  }

  toDOM(): HTMLElement {
    const node = document.createElement('div');
    node.className = 'parsess-DiffRow';
    this.hosts.add(this.key, node);
    return node;
  }

  override destroy(node: HTMLElement): void {
    this.hosts.remove(node);
  }

  /** What happens in there is React's. */
  override ignoreEvent(): boolean {
    return true;
  }
}
