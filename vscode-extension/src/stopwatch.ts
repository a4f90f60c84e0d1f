/** Measures the time that each part of a start takes, for the log. */

export class Stopwatch {
  private readonly start: number;
  private readonly parts: string[] = [];
  private last: number;

  constructor(private readonly now: () => number = () => performance.now()) {
    this.start = this.last = now();
  }

  /** Record the time since the last part. */
  lap(part: string): void {
    const time = this.now();
    this.parts.push(`${part} ${words(time - this.last)}`);
    this.last = time;
  }

  /** The time since the start, such as `812 ms`. */
  get elapsed(): string {
    return words(this.now() - this.start);
  }

  /** Return the time up to the last part, such as `812 ms (interpreters 60 ms, server 752 ms)`. */
  toString(): string {
    return `${words(this.last - this.start)} (${this.parts.join(", ")})`;
  }
}

function words(milliseconds: number): string {
  return `${milliseconds.toFixed(0)} ms`;
}
