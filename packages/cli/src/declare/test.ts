import type { Command } from 'commander';
import type { TestOptions } from '../commands/test.js';
import type { Host } from '../host.js';

const EXAMPLES = `
A case names a tool, its parameters and what is expected; a policy file may hold its own under 'tests':

  tests:
    - name: publishing needs a human
      tool: exec
      params: { command: npm publish }
      expect: ask
      expect_message: Publishing needs a human

Examples:
  sallyport test policies/release.yaml
  sallyport test policies/release.yaml cases.yaml --json`;

/** `sallyport test` */
export function declareTest(program: Command, { io, act }: Host): void {
  program
    .command('test')
    .description("run a policy's test cases; no gateway is needed")
    .argument('<policy>', 'a policy file')
    .argument('[cases]', 'a file of cases; else those in the policy itself')
    .option('--json', 'print JSON for scripts')
    .addHelpText('after', EXAMPLES)
    .action((policy: string, cases: string | undefined, options: TestOptions) =>
      act(async () => (await import('../commands/test.js')).test(policy, cases, options, io)),
    );
}
