/** Measures how long the parts of a start take, for the log. */

export class Stopwatch {
  private readonly start: number;
  private readonly parts: string[] = [];
  private last: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.start = this.last = now();
  }

  /** Note the time since the part before. */
  lap(part: string): void {
    const time = this.now();
    this.parts.push(`${part} ${words(time - this.last)}`);
    this.last = time;
  }

  /** `812 ms`, the time since the start. */
  get elapsed(): string {
    return words(this.now() - this.start);
  }

  /** `812 ms (interpreters 60 ms, server 752 ms)`, the time up to the last part. */
  toString(): string {
    return `${words(this.last - this.start)} (${this.parts.join(", ")})`;
  }
}

function words(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}
