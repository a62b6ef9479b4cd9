import { plain } from '../terminal/table.js';
import type { ApprovalView } from './operations.js';

/** The call with all its arguments on one line; nothing where the summary has said it all, unless that was cut. */
export function wholeCall({ call, summary }: ApprovalView, isCut = false): string | undefined {
  const values = Object.values(Object(Reflect.get(Object(call), 'params') ?? {}));
  const isSaid = values.length === 1 && values[0] === summary && Reflect.get(Object(call), 'input') === undefined;
  return isSaid && !isCut ? undefined : plain(JSON.stringify(call) ?? '');
}

/** The tool and what it is about to do; only once what both of them say. */
export function callLine({ tool, summary }: Pick<ApprovalView, 'tool' | 'summary'>): string {
  return summary.startsWith(tool) ? summary : `${tool}: ${summary}`;
}
