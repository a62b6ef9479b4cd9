import { http } from './http.js';

/** A credential that was made for somebody, as an admin makes it: it outlives the gateway's process. */
export interface Issued {
  readonly token: string;
  readonly id: string;
}

/** Makes a credential; an agent's, unless `asked` says otherwise. */
export async function issue(
  gateway: { readonly url: string; readonly adminToken: string },
  asked: object = {},
): Promise<Issued> {
  const path = '/sallyport/v1/credentials';
  const body = { dialect: 'rampart', roles: ['agent'], ...asked };
  const made = await http(gateway.url, { method: 'POST', path, body, token: gateway.adminToken });
  if (made.status !== 201) throw new Error(`no credential was made: ${made.text}`);
  const { id }: { id?: unknown } = Object(made.body['credential']);
  return { token: String(made.body['token']), id: String(id) };
}
