/** How much harm an action does. */
export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** A kind of action that destroys something. */
export interface DestructivePattern {
  readonly id: string;
  readonly pattern: RegExp;
  readonly category: string;
  readonly severity: Severity;
  readonly coolingOffMs: number;
}

const pattern = (
  id: string,
  text: string,
  category: string,
  severity: Severity,
  seconds: number,
): DestructivePattern => ({
  id,
  // None of them repeats anything, so that none of them can take long.
  pattern: new RegExp(text, 'i'),
  category,
  severity,
  coolingOffMs: seconds * 1000,
});

/** The built-in patterns whose figures are published. */
const DESTRUCTIVE_PATTERNS: readonly DestructivePattern[] = [
  pattern('drop_database', '(drop|delete|truncate)_(database|db|schema)', 'data_deletion', 'critical', 300),
  pattern('drop_table', '(drop|delete|truncate)_table', 'data_deletion', 'high', 120),
  pattern('bulk_delete', 'bulk_delete|mass_delete|delete_all|purge', 'data_deletion', 'high', 60),
  pattern(
    'terminate_production',
    'terminate_production|shutdown_prod|kill_prod',
    'resource_termination',
    'critical',
    300,
  ),
  pattern('terminate_instance', 'terminate_(vm|instance|server)', 'resource_termination', 'high', 120),
  pattern('rotate_all_secrets', 'rotate_all_secrets|invalidate_all_tokens', 'credential_invalidation', 'critical', 300),
  pattern('revoke_api_key', 'revoke_api_key|invalidate_token', 'credential_invalidation', 'high', 60),
  pattern('delete_account', 'delete_account|destroy_account|close_account', 'account_action', 'critical', 300),
  pattern('suspend_org', 'suspend_org|disable_organization', 'account_action', 'critical', 180),
  pattern('file_delete', 'file_delete', 'data_deletion', 'medium', 30),
  pattern('remove_user_access', 'remove_user_access', 'access_revocation', 'medium', 30),
  pattern('delete_container', 'delete_container', 'resource_termination', 'medium', 30),
  pattern('ban_user', 'ban_user', 'account_action', 'medium', 30),
];

/** The patterns that an action matches, as it is written or in the form `verb_resource`. */
export function destructivePatterns(action: string): readonly DestructivePattern[] {
  const normalised = action.toLowerCase().replace(/[^a-z0-9]/g, '_');
  return DESTRUCTIVE_PATTERNS.filter(({ pattern }) => pattern.test(action) || pattern.test(normalised));
}
