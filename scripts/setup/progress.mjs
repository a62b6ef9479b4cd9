/** Set-up failed in a way that the message explains in full; no stack is worth showing. */
export class SetupError extends Error {}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Shows on standard error that something is under way, and says so in one line when it is done.
 * Standard output belongs to the command.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function progress(label, work) {
  const started = performance.now();
  const elapsed = () => seconds(performance.now() - started);
  const live = process.stderr.isTTY === true;
  let frame = 0;
  const timer = live
    ? setInterval(() => {
        frame = (frame + 1) % FRAMES.length;
        process.stderr.write(`\r\x1b[K${FRAMES[frame]} ${label} ${elapsed()}`);
      }, 100)
    : undefined;
  try {
    const result = await work();
    process.stderr.write(`${live ? '\r\x1b[K' : ''}✓ ${label} (${elapsed()})\n`);
    return result;
  } catch (error) {
    process.stderr.write(`${live ? '\r\x1b[K' : ''}✗ ${label} (${elapsed()})\n`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}
