/** The tour cannot go on, and the message is all that there is to say. */
export class TourError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
