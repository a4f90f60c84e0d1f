/** Reads an output, and lets the user choose if several outputs match. */
import { Command, type Request } from "./commandIds";
import type { Choice, Choices, ReadAnswer, ReadArgument, Reading, Trouble } from "./protocol";

/** Lets the user choose. Returns undefined if the user cancels. */
export type Choose = (choices: readonly Choice[]) => Promise<Choice | undefined>;

export function isChoices(answer: ReadAnswer): answer is Choices {
  return "choices" in answer;
}

export function isTrouble(answer: object): answer is Trouble {
  return "problem" in answer;
}

/** Return the message of a thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Return a thrown value as an answer like those of the server. */
export function troubleOf(error: unknown): Trouble {
  return { problem: messageOf(error) };
}

/** Return a problem and its advice as one text. */
export function sentence({ problem, advice }: Trouble): string {
  return [problem, advice].filter(Boolean).join(" ");
}

/** An answer, and the argument that led to it. */
export interface Answered {
  readonly argument: ReadArgument;
  readonly answer: Reading | Trouble;
}

/** Read an output. Let the user choose until one output is left. Return undefined if the user cancels. */
export async function readWithChoices(
  request: Request,
  argument: ReadArgument,
  choose: Choose,
): Promise<Answered | undefined> {
  let asked = argument;
  for (;;) {
    const answer = await request(Command.readOutput, asked);
    if (!isChoices(answer)) return { argument: asked, answer };
    const choice = await choose(answer.choices);
    if (!choice) return undefined;
    asked = choice.argument;
  }
}
