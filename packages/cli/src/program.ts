import { Command } from 'commander';
import { declareApprovals } from './declare/approvals.js';
import { declareExplain } from './declare/explain.js';
import { declareServe } from './declare/serve.js';
import { declareTest } from './declare/test.js';
import { declareTokens } from './declare/tokens.js';
import { declareVerify } from './declare/verify.js';
import { DIALECT_NAMES, DIALECTS } from './gateway/dialects.js';
import type { Host } from './host.js';
import { VERSION } from './version.js';

const ENVIRONMENT = DIALECT_NAMES.map((name) => {
  const { urlVariable, tokenVariable } = DIALECTS[name];
  return `  ${name.padEnd(10)} ${urlVariable.padEnd(22)} ${tokenVariable}`;
}).join('\n');

const NOTES = `
Environment, by protocol: the gateway (http://localhost:9090 when neither this nor --url is given), and the credential
(--token is seen by everybody who may list processes):
${ENVIRONMENT}

Exit codes:
  0  done, and the answer is yes
  1  done, and the answer is no: a record is bad, a case failed
  2  the command line, a file or a policy is wrong
  3  the gateway refused: the token, the id, or the state of the thing
  4  the gateway could not be reached, or failed

Examples:
  sallyport serve --dev                          a gateway for development, with ready-made credentials
  sallyport explain exec 'rm -rf /'              why a call is allowed or not, without recording anything
  sallyport approvals watch                      what agents are waiting for
  sallyport verify audit.jsonl                   re-check an exported log, offline
  sallyport test policy.yaml cases.yaml          run a policy's test cases`;

/** The whole command line. Modules that do the work are loaded when they are asked for. */
export function createProgram(host: Host): Command {
  const { io } = host;
  const program = new Command('sallyport')
    .description(
      'A gateway that agents ask before they act: policies, human approvals, and an audit log that can be verified.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.print(text.trimEnd()),
      writeErr: (text) => io.note(text.trimEnd()),
      getOutHasColors: () => io.colour,
    })
    .showHelpAfterError('(--help shows what there is)')
    .addHelpText('after', NOTES);
  for (const declare of [declareServe, declareExplain, declareApprovals, declareVerify, declareTest, declareTokens]) {
    declare(program, host);
  }
  return program;
}
