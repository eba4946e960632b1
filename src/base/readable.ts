/** A stream of what a generator gives, taken as it is read. Who reads no more ends the generator, after `stop` has ended what it waits for. */
export function readableOf<Value>(source: AsyncGenerator<Value>, stop: () => void): ReadableStream<Value> {
  return new ReadableStream<Value>({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      stop();
      // Nobody is there to be told how it ends.
      await source.return(undefined).catch(() => {});
    },
  });
}
