import fc from 'fast-check';

/** What a field of a request is, so that values of other types are wrong for it. */
type FieldType = 'text' | 'content' | 'role' | 'name' | 'number' | 'integer' | 'count' | 'flag' | 'list' | 'record';

/** A wire as a client sees it: a body that is right, and what of it is read. */
export interface TriedWire {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly fields: Readonly<Record<string, FieldType>>;
  /** True of an error in the wire's own format. */
  readonly isError: (body: unknown) => boolean;
}

/** A body that no server may take, and in what way it is wrong. */
export interface Malformed {
  readonly how: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly type: string;
}

/** Written as a number that is none in JSON's range. */
const HUGE = '@huge@';
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const TYPES = ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/xml', '', '\u00e9'];

const anyRecord = fc.dictionary(fc.constantFrom(...NAMES, 'type', 'a'), fc.constant(1));
const anyList = fc.array(fc.oneof(fc.integer(), fc.boolean()), { minLength: 1, maxLength: 3 });
const notText = fc.oneof(fc.integer(), fc.boolean(), anyList, anyRecord, fc.constant(HUGE));
const text = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }).filter((value) => value !== HUGE);
const notNumber = fc.oneof(text, fc.boolean(), anyList, anyRecord);

const WRONG: Readonly<Record<FieldType, fc.Arbitrary<unknown>>> = {
  text: notText,
  content: fc.oneof(fc.integer(), fc.boolean(), anyList, anyRecord, fc.constant([{ type: 1 }])),
  role: fc.oneof(notText, text, fc.constantFrom('', 'User', ...NAMES)),
  name: fc.oneof(
    notText,
    fc.constantFrom('', null, '\ud800', 'greenloop/\ud800', ...NAMES.map((name) => `greenloop/${name}`)),
  ),
  number: fc.oneof(notNumber, fc.constant(HUGE)),
  integer: fc.oneof(notNumber, fc.constantFrom(HUGE, 0.5, 1e308, -1e308)),
  count: fc.oneof(notNumber, fc.constantFrom(HUGE, 0.5, 0, -1, 1e308)),
  flag: fc.oneof(text, fc.integer(), anyList, anyRecord),
  list: fc.oneof(text, fc.integer(), fc.boolean(), fc.constant({ 0: 1, length: 1 })),
  record: fc.oneof(text, fc.integer(), fc.boolean(), anyList),
};

/** JSON in which a huge number stands. */
function written(value: unknown): string {
  return JSON.stringify(value).replaceAll(`"${HUGE}"`, '1e999');
}

function withField(body: TriedWire['body'], path: string, value: unknown): unknown {
  const [first = '', ...rest] = path.split('.');
  const inner = (body[first] ?? (/^\d/.test(rest[0] ?? '') ? [] : {})) as TriedWire['body'];
  const put = rest.length === 0 ? value : withField(inner, rest.join('.'), value);
  if (!Array.isArray(body)) return { ...body, [first]: put };
  return body.map((one, place) => (String(place) === first ? put : one));
}

function nested(depth: number): string {
  return `${'['.repeat(depth)}${']'.repeat(depth)}`;
}

/** Requests that are wrong each in its own way, for one wire. */
export function malformedRequests({ body, fields }: TriedWire): fc.Arbitrary<Malformed> {
  const right = JSON.stringify(body);
  const say = (how: string, text: fc.Arbitrary<string | Uint8Array<ArrayBuffer>>): fc.Arbitrary<Malformed> =>
    fc.record({ how: fc.constant(how), body: text, type: fc.constantFrom(...TYPES) });
  const field = fc.constantFrom(...Object.keys(fields));
  const wrongField = field.chain((path) =>
    say(
      `wrong ${path}`,
      WRONG[fields[path]!].map((value) => written(withField(body, path, value))),
    ),
  );
  const withoutModel = fc.constantFrom(...NAMES).map((name) => {
    const { model, ...rest } = body;
    return JSON.stringify({ ...rest, [`@${name}`]: { model } }).replace(`"@${name}"`, `"${name}"`);
  });
  const deep = fc
    .tuple(fc.integer({ min: 101, max: 5000 }), fc.constantFrom('a', ...NAMES, 'messages'))
    .map(([depth, name]) => `{"${name}":${nested(depth)},${right.slice(1)}`);
  const bytes = fc.uint8Array({ min: 128, max: 255, minLength: 1, maxLength: 40 });
  return fc.oneof(
    { weight: 6, arbitrary: wrongField },
    say(
      'cut off',
      fc.integer({ min: 1, max: right.length - 1 }).map((length) => right.slice(0, length)),
    ),
    say(
      'no object',
      fc.oneof(
        fc
          .jsonValue()
          .filter(isNoObject)
          .map((value) => JSON.stringify(value)),
        fc.constantFrom('', ' ', '\0', '[]', 'null'),
      ),
    ),
    say('an array', fc.constantFrom(`[${right}]`, `[[${right}]]`)),
    say(
      'something after it',
      fc.constantFrom('}', ',', right, ' x', '\0').map((end) => right + end),
    ),
    say(
      'no JSON',
      text.map((value) => `{${value}`),
    ),
    say(
      'no UTF-8',
      bytes.map((value) => new Uint8Array([...Buffer.from(right.slice(0, -1)), ...value, 0xc3])),
    ),
    say('too deep', deep),
    say('the model in a prototype', withoutModel),
  );
}

function isNoObject(value: unknown): boolean {
  return typeof value !== 'object' || value === null || Array.isArray(value);
}
