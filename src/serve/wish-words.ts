function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** What stands before a request and changes nothing of it. */
export const POLITE = words(`
  please pls plz can could would will you u kindly hi hello hey there ok okay now then also and next just so thanks thank great
  good perfect nice cool awesome first finally let's lets let help me us i we need needs want wants like love have some must should your task
  is go ahead again well alright right sure yes no i'd i'll i'm looking for trying to you're we're a an the in python python3 using with
  quick small simple short step today , : ( - assistant everyone all job exercise problem question prompt instruction instructions input
  currently try show`);

/** Words that make a question of a sentence that begins with them. */
export const AUXILIARIES = words("is are was were do does did am has have isn't aren't don't doesn't");
/** First words of a question or of a wish for an explanation, whatever politeness stands before. */
export const ASKS = words(`
  what what's whats why how how's when where which who whose explain describe summarize summarise review compare discuss tell
  clarify list outline elaborate analyze analyse comment evaluate rate interpret walk understand`);

/** Verbs that ask for something new. */
export const MAKES = words(`
  write create implement make build define code develop give provide generate produce design program complete finish
  construct craft compose draft rewrite prepare add`);

/** Verbs that ask for another form of code that the same message shows. */
export const REPAIRS = words(`
  fix correct repair debug improve optimize optimise refactor rewrite simplify change modify update extend rename convert port
  complete finish fill translate vectorize speed patch revise memoize redo reimplement solve add`);

/** First words of what goes on with earlier code. */
export const CHANGES = new Set([
  ...REPAIRS,
  ...words(`
  handle remove replace adapt support allow use adjust ensure make turn keep drop shorten reduce avoid raise accept ignore treat
  clean annotate type cache with without same shorter faster simpler cleaner resolve return write include`),
]);

/** Nouns of one function. */
export const FUNCTIONS = words(
  'function func fn method subroutine procedure predicate generator decorator coroutine helper lambda',
);
/** Nouns of one class. */
export const CLASSES = words('class dataclass');
/** Nouns of code that may be more or less than one function. */
export const CODES = words('code snippet implementation algorithm solution one-liner oneliner');
/** Nouns of programs that may be asked for in the place of one function. */
export const PROGRAMS = words('program script');
/** Nouns of more than one function. */
export const WHOLES = words(`
  app application game website site webapp webpage server service api endpoint gui ui interface bot chatbot cli tool project package
  module library framework dashboard page notebook pipeline crawler scraper plugin extension system backend frontend database
  container microservice component simulator calculator client file files suite hierarchy classes functions methods apps programs
  scripts window form workflow agent daemon model network addon integration blog clone engine compiler interpreter stack-app
  visualization plot chart diagram`);
/** Nouns of texts for people. */
export const PROSE = words(`
  essay poem haiku story email e-mail letter article post paragraph tutorial explanation summary readme documentation docs joke song
  lyrics outline report quiz exercises description guide course speech caption tweet overview comparison review feedback changelog
  specification proposal translation resume bio slogan recipe introduction conclusion abstract cheatsheet analogy metaphor advice
  roadmap presentation homework assignment slides`);
/** More nouns of what is no program: tests, queries, parts of code. */
export const TEXTS = new Set([
  ...PROSE,
  ...words(`
  test tests testcase testcases unittest unittests docstring docstrings comment comments example examples list table title message
  commit query regex regexp expression pattern plan questions answer text name names ideas template pseudocode flowchart steps tips
  schedule contract slide definition sentence prompt`),
]);

/** Words after which a noun phrase is over. */
export const BREAKERS = words(`
  that which who whose to for with using of from so and or where when called named without given such if by on into as
  about like because while until ; . , : ! ? ( )`);

/** Words that are part of a noun phrase and say nothing of what a function does. */
export const FILLERS = words(`
  me us a an the in python python3 py some please another new simple small short efficient recursive iterative single good fast
  quick pure generic basic little nice clean complete full working correct robust concise minimal self-contained it this that
  these those them my your our its own one two more following above same tiny plain second different other better proper out up
  down again also just optimized pythonic reusable custom well-documented documented well standalone typed async asynchronous`);
