/** Asks the server for an output, and the person where the server cannot tell which one is meant. */
import {
  type Choice,
  type Choices,
  Command,
  type ReadAnswer,
  type ReadArgument,
  type Reading,
  type Request,
  type Trouble,
} from "./protocol";

/** Lets a person choose; undefined when they turn away. */
export type Choose = (choices: readonly Choice[], placeholder: string) => Promise<Choice | undefined>;

export function isChoices(answer: ReadAnswer): answer is Choices {
  return "choices" in answer;
}

export function isTrouble(answer: object): answer is Trouble {
  return "problem" in answer;
}

/** An answer, and the argument that it is the answer to. */
export interface Answered {
  readonly argument: ReadArgument;
  readonly answer: Reading | Trouble;
}

/** The output or why there is none, after as many questions as it takes; undefined when the person turned away. */
export async function readWithChoices(
  request: Request,
  argument: ReadArgument,
  choose: Choose,
): Promise<Answered | undefined> {
  let asked = argument;
  for (;;) {
    const answer = await request<ReadAnswer>(Command.readOutput, asked);
    if (!isChoices(answer)) return { argument: asked, answer };
    const choice = await choose(answer.choices, answer.placeholder ?? "Which output?");
    if (!choice) return undefined;
    asked = choice.argument;
  }
}
