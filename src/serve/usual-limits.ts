/** Limits of a server, and of a pipeline that is a language model of a program, where none are given. */
export const USUAL_LIMITS = { seconds: 300, tokens: 200_000, concurrent: 8, waiting: 256, mostBytes: 8 * 1024 * 1024 };
