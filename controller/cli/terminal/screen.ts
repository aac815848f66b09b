/** A block of lines at the end of the terminal that is drawn over in place. */
export interface Screen {
  /** Replaces what was drawn before. Lines must fit the terminal's width. */
  draw(lines: readonly string[]): void
  /** Takes the block away, so that something lasting can be printed in its place. */
  clear(): void
}

export interface ScreenOptions {
  readonly write: (text: string) => void
  readonly rows: () => number
}

export const createScreen = ({ write, rows }: ScreenOptions): Screen => {
  let drawn = 0
  const back = () => (drawn === 0 ? '' : `\x1b[${drawn}A\r`)
  return {
    draw(lines) {
      // A block taller than the terminal would scroll away and could not be drawn over.
      const room = Math.max(2, rows() - 1)
      const shown = lines.length <= room ? lines : [...lines.slice(0, room - 1), `… ${lines.length - room + 1} more lines`]
      write(`${back()}${shown.map((line) => `${line}\x1b[K\n`).join('')}\x1b[J`)
      drawn = shown.length
    },
    clear() {
      if (drawn > 0) write(`${back()}\x1b[J`)
      drawn = 0
    },
  }
}
