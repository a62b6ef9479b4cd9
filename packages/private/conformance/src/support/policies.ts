import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A policy file in a folder of its own. */
export interface PolicyFile {
  readonly folder: string;
  readonly path: string;
  /** Replaces its content. */
  write(document: object | string): void;
  remove(): void;
}

/** Writes a policy file; objects are written as JSON, which is YAML. */
export function policyFile(document: object | string): PolicyFile {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-policies-'));
  const path = join(folder, 'policy.yaml');
  const write = (content: object | string) =>
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  write(document);
  return { folder, path, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
