/** Reads an output, and asks the person wherever the server cannot tell which one is meant. */
import { Command, type Request } from "./commandIds";
import type { Choice, Choices, ReadAnswer, ReadArgument, Reading, Trouble } from "./protocol";

/** Lets the person choose. The answer is undefined if the person cancels. */
export type Choose = (choices: readonly Choice[]) => Promise<Choice | undefined>;

export function isChoices(answer: ReadAnswer): answer is Choices {
  return "choices" in answer;
}

export function isTrouble(answer: object): answer is Trouble {
  return "problem" in answer;
}

/** The message of something that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What was thrown, as an answer of the server. */
export function troubleOf(error: unknown): Trouble {
  return { problem: messageOf(error) };
}

/** A problem with its advice, as one text. */
export function sentence({ problem, advice }: Trouble): string {
  return [problem, advice].filter(Boolean).join(" ");
}

/** An answer, and the argument that led to it. */
export interface Answered {
  readonly argument: ReadArgument;
  readonly answer: Reading | Trouble;
}

/** Read an output. The person chooses until one output is left. The result is undefined if the person cancels. */
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
