/** Runs with the environment as a seed sets it, and puts it back. */
export async function withEnvironment(
  values: Readonly<Record<string, string>>,
  run: () => void | Promise<void>,
): Promise<void> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  Object.assign(process.env, values);
  try {
    await run();
  } finally {
    for (const [name, value] of Object.entries(before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
