// Starts the installed gateway the way a user does, and runs its other commands.
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { join } = require('node:path');
const { createInterface } = require('node:readline');
const { text } = require('node:stream/consumers');

const CLI = join(__dirname, 'node_modules/sallyport/dist/bin.js');

async function start(...more) {
  const args = [CLI, 'serve', '--dev', '--json', '--port', '0', '--store', 'memory', ...more];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  // A round that fails stops nothing by itself.
  process.once('exit', () => child.kill());
  const ended = once(child, 'close');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(([code]) => {
      throw new Error(`sallyport serve ended with ${code}.`);
    }),
  ]);
  const { url, credentials } = JSON.parse(line);
  return {
    url,
    credentials,
    ...credentials.rampart,
    /** Ends it as a service manager would; gives its exit code. */
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return code;
    },
  };
}

/** Runs a command of the CLI to its end; gives its exit code, and what it printed. */
async function sallyport(args, env = {}) {
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return { code, output };
}

module.exports = { start, sallyport };
