import type { ChildProcess } from 'node:child_process';

/** Windows has no process groups: there, what a shell has started outlives it. */
export const HAS_GROUPS = process.platform !== 'win32';

/** What a terminal sends to everything in its foreground, which a group of its own is not part of. */
const FROM_TERMINAL = ['SIGINT', 'SIGHUP'] as const;

const running = new Set<ProcessGroup>();

/** Passes a terminal's signal on, and lets it end this process where nobody else has a say in that. */
function passOn(signal: NodeJS.Signals): void {
  for (const group of running) group.send(signal);
  if (process.listenerCount(signal) > 1) return;
  process.off(signal, passOn);
  process.kill(process.pid, signal);
}

/** A command and all that it has started: they are signalled together. Needs a child that was spawned `detached`. */
export class ProcessGroup {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    if (!HAS_GROUPS) return;
    if (running.size === 0) for (const signal of FROM_TERMINAL) process.on(signal, passOn);
    running.add(this);
  }

  /** Sends a signal to every member. Returns false when there is none left. */
  send(signal: NodeJS.Signals): boolean {
    const { pid } = this.#child;
    if (!HAS_GROUPS || pid === undefined) return this.#child.kill(signal);
    try {
      return process.kill(-pid, signal);
    } catch {
      return false;
    }
  }

  /** Ends what this process does for the group. Call it once, when nobody waits for the command any more. */
  release(): void {
    running.delete(this);
    if (running.size === 0) for (const signal of FROM_TERMINAL) process.off(signal, passOn);
  }
}
