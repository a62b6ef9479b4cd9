import { type ChainFormula, meshguardFormula } from '@sallyport/verify';
import type { Engine } from '../../engine/engine.js';
import type { Row, Statement } from '../../engine/unit.js';
import { plain } from '../../store/work.js';
import { chainsOf, DEFAULT_ORG, entryColumns, eventColumns } from './audit/records.js';

/** An organisation: its agents, policies and audit log are its own. */
export interface Org {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

const orgOf = (row: Row): Org => ({
  id: String(row['id']),
  name: String(row['name']),
  email: String(row['email']),
  createdAt: Number(row['created_at']),
});

/** Writes a new organisation. */
export const insertOrg = ({ id, name, email, createdAt }: Org): Statement => ({
  sql: 'INSERT INTO meshguard_orgs (id, name, email, created_at) VALUES (?, ?, ?, ?)',
  params: [id, name, email, createdAt],
});

/** Sees to it that an organisation's chains are known before anything is appended to them. */
export class OrgChainBook {
  readonly formula = meshguardFormula;
  /** Every chain that is known here, by name. */
  readonly formulas: Record<string, ChainFormula> = {};
  readonly #engine: Pick<Engine, 'ledger' | 'store'>;
  readonly #known = new Map<string, Promise<void>>();

  constructor(engine: Pick<Engine, 'ledger' | 'store'>) {
    this.#engine = engine;
  }

  /** Declares the chains of all organisations that there are. */
  async open(): Promise<void> {
    for (const id of await this.ids()) await this.ensure(id);
  }

  /** All organisations that there are. */
  async ids(): Promise<readonly string[]> {
    const rows = await this.#engine.store.all(plain('SELECT * FROM meshguard_orgs'));
    return [DEFAULT_ORG, ...rows.map((row) => orgOf(row).id)];
  }

  /** Declares one organisation's, unless they are: another replica may have made it. */
  ensure(orgId: string): Promise<void> {
    const known = this.#known.get(orgId) ?? this.#declare(orgId);
    this.#known.set(orgId, known);
    return known;
  }

  async #declare(orgId: string): Promise<void> {
    const { decisions, events } = chainsOf(orgId);
    await this.#engine.ledger.register(decisions, meshguardFormula, entryColumns);
    await this.#engine.ledger.register(events, meshguardFormula, eventColumns);
    for (const chain of [decisions, events]) this.formulas[chain] = meshguardFormula;
  }
}
