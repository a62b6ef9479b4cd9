// Made from block-prompt-injection.yaml by generate.ts; a test compares the two.
import type { PolicyDocument } from '../../policy/model.js';

export const profile: PolicyDocument = {
  file: 'embedded:block-prompt-injection',
  defaultAction: 'allow',
  policies: [
    {
      name: 'block-injection-in-commands',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['exec'] },
      rules: [
        {
          action: 'deny',
          when: {
            commandContains: [
              'ignore previous instructions',
              'ignore all previous instructions',
              'ignore prior instructions',
              'ignore the above instructions',
              'disregard previous instructions',
              'disregard all previous instructions',
              'disregard your instructions',
              'forget your instructions',
              'forget previous instructions',
              'your new instructions are',
              'your real instructions are',
              'new persona:',
            ],
          },
          message: 'Instruction override blocked in command',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 9 },
        },
        {
          action: 'deny',
          when: {
            commandContains: ['<|im_start|>', '<|im_end|>', '<|system|>', '[INST]', '<<SYS>>', '### system ###'],
          },
          message: 'Chat-template marker blocked in command',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 25 },
        },
      ],
      source: { file: 'embedded:block-prompt-injection', line: 6 },
    },
    {
      name: 'block-overrides-in-mcp-fields',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['mcp', 'mcp-dangerous', 'mcp-destructive'] },
      rules: [
        {
          action: 'deny',
          when: {
            toolParamMatches: {
              content: '*ignore*previous*instructions*',
              text: '*ignore*previous*instructions*',
              message: '*ignore*previous*instructions*',
              prompt: '*ignore*previous*instructions*',
              query: '*ignore*previous*instructions*',
              description: '*ignore*previous*instructions*',
              title: '*ignore*previous*instructions*',
              body: '*ignore*previous*instructions*',
            },
          },
          message: 'Instruction override blocked in MCP field',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 33 },
        },
        {
          action: 'deny',
          when: {
            toolParamMatches: {
              content: '*disregard*instructions*',
              text: '*disregard*instructions*',
              message: '*disregard*instructions*',
              prompt: '*disregard*instructions*',
              query: '*disregard*instructions*',
              description: '*disregard*instructions*',
              title: '*disregard*instructions*',
              body: '*disregard*instructions*',
            },
          },
          message: 'Instruction override blocked in MCP field',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 45 },
        },
        {
          action: 'deny',
          when: {
            toolParamMatches: {
              content: '*forget*your*instructions*',
              text: '*forget*your*instructions*',
              message: '*forget*your*instructions*',
              prompt: '*forget*your*instructions*',
              query: '*forget*your*instructions*',
              description: '*forget*your*instructions*',
              title: '*forget*your*instructions*',
              body: '*forget*your*instructions*',
            },
          },
          message: 'Instruction override blocked in MCP field',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 57 },
        },
      ],
      source: { file: 'embedded:block-prompt-injection', line: 30 },
    },
    {
      name: 'block-markers-in-mcp-fields',
      description: '',
      priority: 100,
      enabled: true,
      match: { agent: '*', session: '*', tools: ['mcp', 'mcp-dangerous', 'mcp-destructive'] },
      rules: [
        {
          action: 'deny',
          when: {
            toolParamMatches: {
              content: '*<|im_start|>*',
              text: '*<|im_start|>*',
              message: '*<|im_start|>*',
              prompt: '*<|im_start|>*',
              query: '*<|im_start|>*',
              description: '*<|im_start|>*',
              title: '*<|im_start|>*',
              body: '*<|im_start|>*',
            },
          },
          message: 'Chat-template marker blocked in MCP field',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 73 },
        },
        {
          action: 'deny',
          when: {
            toolParamMatches: {
              content: '*<<SYS>>*',
              text: '*<<SYS>>*',
              message: '*<<SYS>>*',
              prompt: '*<<SYS>>*',
              query: '*<<SYS>>*',
              description: '*<<SYS>>*',
              title: '*<<SYS>>*',
              body: '*<<SYS>>*',
            },
          },
          message: 'Chat-template marker blocked in MCP field',
          once: false,
          source: { file: 'embedded:block-prompt-injection', line: 85 },
        },
      ],
      source: { file: 'embedded:block-prompt-injection', line: 70 },
    },
  ],
  tests: [],
};
