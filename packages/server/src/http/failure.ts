/** A request that is refused: its status and the `error` text of its body. */
export class RequestFailure extends Error {
  override readonly name = 'RequestFailure';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The request itself is wrong. */
export const badRequest = (message: string): RequestFailure => new RequestFailure(400, message);
