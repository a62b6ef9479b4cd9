/** Something failed in a way that the message explains in full; no stack is worth showing. */
export class SetupError extends Error {}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** @param {number} ms */
export const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Shows on a terminal that something is under way. Always on standard error: standard output belongs to the command.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function spin(label, work) {
  if (process.stderr.isTTY !== true) return work();
  const started = performance.now();
  let frame = 0;
  const timer = setInterval(() => {
    frame = (frame + 1) % FRAMES.length;
    process.stderr.write(`\r\x1b[K${FRAMES[frame]} ${label} ${seconds(performance.now() - started)}`);
  }, 100);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    process.stderr.write('\r\x1b[K');
  }
}

/**
 * Does a part of the set-up and says so in one line.
 * @param {string} label
 * @param {() => Promise<unknown>} work
 */
export async function progress(label, work) {
  const started = performance.now();
  let mark = '✗';
  try {
    await spin(label, work);
    mark = '✓';
  } finally {
    process.stderr.write(`${mark} ${label} (${seconds(performance.now() - started)})\n`);
  }
}
