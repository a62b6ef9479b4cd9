import type { Gateway } from '@sallyport/server';
import type { ServeOptions } from '../../declare/serve.js';
import type { Io } from '../../terminal/io.js';
import { style } from '../../terminal/style.js';

interface Running {
  readonly url: string;
  readonly store: string;
  readonly credentials: Gateway['credentials'];
  readonly options: ServeOptions;
}

function policiesOf({ config, policies, profile = config === undefined ? 'standard' : 'none' }: ServeOptions): string {
  const builtIn = profile === 'none' ? undefined : `the ${profile} profile`;
  return [config, policies, builtIn].filter((place) => place !== undefined).join(', ') || 'none';
}

/** Addresses of databases hold passwords. */
function shown(store: string): string {
  if (!URL.canParse(store)) return store;
  const url = new URL(store);
  if (url.password !== '') url.password = '…';
  return decodeURI(url.href);
}

/** Tells a person that the gateway listens, and how to reach it. */
export function announce({ url, store, credentials, options }: Running, { print, colour }: Io): void {
  const { bold, dim, green, cyan, yellow } = style(colour);
  print(`${green('✓')} ${bold(`Sallyport listens on ${url}`)}  ${dim('Ctrl-C stops it')}`);
  print('');
  print(`  store      ${shown(store)}`);
  print(
    `  policies   ${policiesOf(options)}${options.mode === 'enforce' ? '' : yellow(` (${options.mode}: nothing is refused)`)}`,
  );
  print(`  docs       ${url}/docs`);
  const { token, approverToken, adminToken } = credentials['rampart'] ?? {};
  if (adminToken === undefined) return;
  print('');
  if (token !== undefined) print(`  ${cyan(`export RAMPART_URL=${url} RAMPART_TOKEN=${token}`)}`);
  if (approverToken !== undefined) print(`  an approver's token  ${approverToken}`);
  print(`  the admin's token    ${adminToken}`);
  print(dim('  They are not shown again.'));
}
