#!/usr/bin/env node
// Runs before anything is installed and on whatever Node there is: it only looks at the version, then hands over.
const NEEDED = { major: 20, minor: 19 };

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NEEDED.major || (major === NEEDED.major && minor < NEEDED.minor)) {
  console.error(
    `Sallyport needs Node.js ${NEEDED.major}.${NEEDED.minor} or newer, and this is ${process.versions.node}.\n` +
      'Get a current one from https://nodejs.org, then run the same command again.',
  );
  process.exit(1);
}

const { main } = await import('./commands.mjs');
process.exitCode = await main(process.argv.slice(2));
