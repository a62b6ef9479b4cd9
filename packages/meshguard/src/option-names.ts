import { OPEN_OPTIONS, optionNames, REQUEST_OPTIONS } from '@sallyport/core/internal';
import type { ActionFacts, CheckOptions, ProxyOptions } from './types/index.js';

type Names<Options> = Readonly<Record<keyof Options, true>>;

const FACTS = { resource: true, context: true, agentId: true, traceId: true } as const satisfies Names<ActionFacts>;

export const CHECK_NAMES = optionNames({ ...REQUEST_OPTIONS, ...FACTS } satisfies Names<CheckOptions>);

export const PROXY_NAMES = optionNames({
  ...OPEN_OPTIONS,
  ...FACTS,
  action: true,
  json: true,
  body: true,
} satisfies Names<ProxyOptions>);
