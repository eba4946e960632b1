/** Why a conversation is no task, in words for a log and for the answer. */
export const NO_TASK = {
  tools: 'the client offers tools or completes a text, so it needs the plain answer',
  turn: 'the last message is not one of the user',
  empty: 'the last message is empty',
  agent: 'the instructions are those of an agent',
  long: 'the conversation is longer than a small model can work with',
  title: 'the client asks for a title, a summary, tags or the like',
  chore: 'the client asks for a background task (### Task:)',
  completion: 'the client asks for a completion at a cursor',
  edit: 'the client demands an edit format or the bare code',
  format: 'the client demands another format of the answer',
  image: 'the message holds an image',
  language: 'it asks for a language other than Python',
  program: 'it asks for more than one function: a program, an application, several functions or files',
  text: 'it asks for text about code, tests or words, not for a function',
  several: 'it names several functions and does not say which one to write',
  unreadable: 'it cannot be read as a task',
  question: 'it asks a question or for an explanation',
  nothing: 'nothing in it asks for a Python function',
} as const;

/** One of the reasons by its short name. */
export type NoTask = keyof typeof NO_TASK;
