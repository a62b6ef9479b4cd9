// Made from demo.yaml by generate.ts; a test compares the two.
import type { PolicyDocument } from '../../policy/model.js';

export const profile: PolicyDocument = {
  file: 'embedded:demo',
  defaultAction: 'allow',
  policies: [
    {
      name: 'block-destructive',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['exec'] },
      rules: [
        {
          action: 'deny',
          when: { commandMatches: ['rm -rf /', 'rm -rf /*', 'rm -rf ~', 'rm -rf ~/**', 'mkfs*', 'dd **of=/dev/**'] },
          message: 'Destructive command blocked',
          once: false,
          source: { file: 'embedded:demo', line: 9 },
        },
      ],
      source: { file: 'embedded:demo', line: 6 },
    },
    {
      name: 'ask-privileged',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['exec'] },
      rules: [
        {
          action: 'ask',
          when: { commandMatches: ['sudo **', 'doas **'] },
          message: 'Privileged execution requires approval',
          once: false,
          source: { file: 'embedded:demo', line: 17 },
        },
      ],
      source: { file: 'embedded:demo', line: 14 },
    },
    {
      name: 'watch-network',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['exec'] },
      rules: [
        {
          action: 'watch',
          when: { commandMatches: ['curl **', 'wget **'] },
          message: 'Network command logged',
          once: false,
          source: { file: 'embedded:demo', line: 25 },
        },
      ],
      source: { file: 'embedded:demo', line: 22 },
    },
    {
      name: 'block-credentials',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['read'] },
      rules: [
        {
          action: 'deny',
          when: { pathMatches: ['**/.ssh/id_*', '**/.aws/credentials', '**/.env'], pathNotMatches: ['**/*.pub'] },
          message: 'Credential file access blocked',
          once: false,
          source: { file: 'embedded:demo', line: 33 },
        },
      ],
      source: { file: 'embedded:demo', line: 30 },
    },
  ],
  tests: [],
};
