import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmInstall } from './shell.js';

const BINARY = process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node';

/** The newest Node of a line. The npm package `node` brings the binary; it is kept between runs. */
export async function nodeOf(line: string, cache: string): Promise<string> {
  const folder = join(cache, `node-${line}`);
  const binary = join(folder, BINARY);
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  await npmInstall(folder, [`node@${line}`]);
  return binary;
}
