import { globProblem } from '../policy/globs/glob.js';
import type { Policy } from '../policy/model.js';
import { quote } from './go.js';
import { readRule } from './load-rule.js';
import type { YamlValue } from './yaml-value.js';

const POLICY = ['name', 'description', 'priority', 'enabled', 'match', 'rules'];
const MATCH = ['agent', 'session', 'tool'];
const DEFAULT_PRIORITY = 100;

/** Reads one entry of `policies`. @throws PolicyLoadError */
export function readPolicy(value: YamlValue, index: number): Policy {
  const fields = value.fields(`policy at index ${index}`, POLICY);
  const name = fields.get('name')?.string(`policy at index ${index}: name`) ?? '';
  if (name === '') value.fail(`policy at index ${index} has no name`);
  const where = `policy ${quote(name)}`;
  const rules = fields.get('rules')?.list(`${where}: rules`) ?? [];
  return {
    name,
    description: fields.get('description')?.string(`${where}: description`) ?? '',
    priority: fields.get('priority')?.integer(`${where}: priority`) || DEFAULT_PRIORITY,
    enabled: fields.get('enabled')?.boolean(`${where}: enabled`) ?? true,
    match: readMatch(fields.get('match'), where),
    rules: rules.map((rule, position) => readRule(rule, `${where}: rule ${position}`)),
    source: value.source,
  };
}

function readMatch(value: YamlValue | undefined, where: string): Policy['match'] {
  const fields = value?.fields(`${where}: match`, MATCH);
  const toolValue = fields?.get('tool');
  const tools = toolValue && (toolValue.isList ? toolValue.list(`${where}: match.tool`) : [toolValue]);
  const toolGlobs = tools?.map((tool) => readGlob(tool, `${where}: match.tool`)) ?? [];
  return {
    agent: readScope(fields?.get('agent'), `${where}: match.agent`),
    session: readScope(fields?.get('session'), `${where}: match.session`),
    ...(toolGlobs.length > 0 && { tools: toolGlobs }),
  };
}

function readScope(value: YamlValue | undefined, what: string): string {
  return (value && readGlob(value, what)) || '*';
}

function readGlob(value: YamlValue, what: string): string {
  const glob = value.string(what);
  const complaint = globProblem(glob);
  if (complaint) value.fail(`${what} ${complaint}`);
  return glob;
}
