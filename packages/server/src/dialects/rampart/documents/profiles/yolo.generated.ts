// Made from yolo.yaml by generate.ts; a test compares the two.
import type { PolicyDocument } from '../../policy/model.js';

export const profile: PolicyDocument = {
  file: 'embedded:yolo',
  defaultAction: 'allow',
  policies: [
    {
      name: 'watch-everything',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['exec', 'read', 'write'] },
      rules: [
        {
          action: 'watch',
          when: {},
          message: 'Logged, not restricted',
          once: false,
          source: { file: 'embedded:yolo', line: 9 },
        },
      ],
      source: { file: 'embedded:yolo', line: 6 },
    },
  ],
  tests: [],
};
