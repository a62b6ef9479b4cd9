export declare function round(packages: Readonly<Record<string, unknown>>): Promise<void>;
