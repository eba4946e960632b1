/** The deepest nesting of blocks. */
const MOST_LEVELS = 100;

/** Where a line stands: with tabs to multiples of 8, and with tabs as one column. Both must tell the same story. */
interface Indentation {
  readonly column: number;
  readonly tabless: number;
}

/** What a line's indentation opens or closes. */
interface IndentationChange {
  readonly indents: 0 | 1;
  readonly dedents: number;
  readonly isValid: boolean;
}

/** The open blocks of a text, as CPython's tokenizer counts them. */
export class OpenBlocks {
  readonly #levels: Indentation[] = [{ column: 0, tabless: 0 }];

  /** Moves to the level of the next line; a line that matches none counts as of the next outer one. */
  moveTo(line: Indentation): IndentationChange {
    const top = this.#levels.at(-1)!;
    if (line.column > top.column) return this.#open(line, top);
    let dedents = 0;
    while (this.#levels.at(-1)!.column > line.column) {
      this.#levels.pop();
      dedents += 1;
    }
    const level = this.#levels.at(-1)!;
    return { indents: 0, dedents, isValid: level.column === line.column && level.tabless === line.tabless };
  }

  /** Closes all that is open; gives how many blocks that were. */
  closeAll(): number {
    return this.#levels.splice(1).length;
  }

  #open(line: Indentation, top: Indentation): IndentationChange {
    if (this.#levels.length >= MOST_LEVELS) return { indents: 0, dedents: 0, isValid: false };
    this.#levels.push(line);
    return { indents: 1, dedents: 0, isValid: line.tabless > top.tabless };
  }
}
