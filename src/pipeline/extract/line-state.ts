/** What is open at the end of the lines read so far: brackets, or a string of three quotes. */
export class LineState {
  #depth = 0;
  #quote: string | null = null;

  get isInString(): boolean {
    return this.#quote !== null;
  }

  /** True where the next line belongs to the statement of this one. */
  get isOpen(): boolean {
    return this.#quote !== null || this.#depth > 0;
  }

  read(line: string): void {
    for (const [token] of line.matchAll(/\\.|'''|"""|['"]|#|[([{]|[)\]}]/g)) {
      if (this.#quote === null && token === '#') break;
      this.#readToken(token);
    }
    if (this.#quote?.length === 1) this.#quote = null;
  }

  #readToken(token: string): void {
    if (this.#quote !== null) {
      if (token === this.#quote) this.#quote = null;
      else if (token.length === 3 && token[0] === this.#quote) this.#quote = null;
    } else if (/^['"]/.test(token)) this.#quote = token;
    else if (/^[([{]/.test(token)) this.#depth += 1;
    else if (/^[)\]}]/.test(token)) this.#depth = Math.max(0, this.#depth - 1);
  }
}
