// The grammar of dsl/LANGUAGE.md §2.4 for editors. It reads all that Keyrule reads, and a little more: limits are not
// checked, literals may touch, and a reserved word may be a name. src/ is generated from it (../README.md).

const listOf = (item) => seq('[', item, repeat(seq(',', item)), optional(','), ']');
const separated = (item) => seq(item, repeat(seq(',', item)));

const WORD = /[A-Za-z_][A-Za-z0-9_]*/;
const QUOTED = /"(\\["\\nt]|\\u\{[0-9A-Fa-f]+\}|[^"\\\n])*"/;

module.exports = grammar({
  name: 'keyrule',
  word: ($) => $.identifier,
  extras: ($) => [/[ \t\r\n]/, $.comment],
  supertypes: ($) => [$._statement],
  inline: ($) => [$._action, $._operand],

  rules: {
    file: ($) => seq($.header, repeat($._statement)),
    header: ($) => seq('keyrule', field('edition', $.integer)),
    _statement: ($) =>
      choice($.schema, $.import, $.let, $.table, $.pool, $.quota, $.budget, $.rule, $.default, $.claim, $.test),

    // ---- schema, import, let, table
    schema: ($) => seq('schema', field('name', $.text), optional(seq(optional('with'), $.attributes))),
    attributes: ($) => seq('{', repeat($.attribute), '}'),
    attribute: ($) =>
      seq(field('path', $._path), ':', field('type', $.type), optional('optional'), optional('untrusted'),
        optional(field('description', $.text))),
    type: ($) =>
      choice('string', 'int', 'bool', 'timestamp', seq('enum', $.texts), seq('list', 'of', 'string'),
        seq('map', 'of', 'string')),

    import: ($) => seq('import', field('file', $.text)),

    let: ($) => seq('let', field('name', $.identifier), '=', field('value', choice($.texts, $.integers, $._condition))),
    texts: ($) => listOf($.text),
    integers: ($) => listOf($.integer),

    table: ($) => seq('table', field('name', $.identifier), choice($.table_file, seq('{', repeat($.entry), '}'))),
    table_file: ($) =>
      seq('from', field('file', $.text), 'maps', field('key', $.text), 'to', field('value', $.text)),
    entry: ($) => seq(field('key', $.text), ':', field('value', $.text)),

    // ---- pools, quotas, budgets
    pool: ($) =>
      seq('pool', field('name', $.identifier), optional(seq('of', separated(field('provider', $.text)))),
        '{', repeat(choice($.then, $.cooling, $.pool_member)), '}'),
    then: () => 'then',
    pool_member: ($) => seq($._member, optional($.weight)),
    weight: ($) => seq('weight', $.integer),
    _member: ($) => choice(field('credential', $.text), $.all_of, $.where),
    all_of: ($) => seq('all', 'of', field('pool', $.identifier)),
    where: ($) => seq('where', $._condition),
    cooling: ($) =>
      seq('after', optional($.integer), $.outcome, 'cool', $.duration, optional(seq('up', 'to', $.duration))),
    outcome: () =>
      choice('ok', 'rate_limited', 'unauthorized', 'out_of_credit', 'timed_out', 'server_error', 'caller_error'),

    quota: ($) =>
      seq('quota', field('name', $.identifier), optional(seq('for', 'each', 'credential')), $._meter),
    budget: ($) =>
      seq('budget', field('name', $.identifier),
        optional(seq('for', 'each', choice('credential', field('each', $._path)))), $._meter),
    _meter: ($) => seq('{', repeat(choice($.limit, $._member)), '}'),
    limit: ($) =>
      seq('limit', choice(seq($.integer, $.unit, choice(seq('at', 'once'), $._per)), seq($._money, 'usd', $._per))),
    unit: () => choice('requests', 'request', 'tokens', 'token'),
    _per: ($) => seq('per', $.period, optional($.zone)),
    period: () => choice('second', 'minute', 'hour', 'day', 'month'),
    zone: ($) => seq('at', $.text),

    // ---- rules and claims
    rule: ($) => seq('rule', field('name', $.identifier), '{', $.when, $._chain, '}'),
    default: ($) => seq('default', '{', $._chain, '}'),
    when: ($) => seq('when', $._condition),
    _chain: ($) => seq($._action, repeat($.else), repeat(choice($.retry, $.tag))),
    else: ($) => seq('else', $._action),
    _action: ($) => choice($.use, $.deny, $.leave),
    use: ($) => seq('use', choice($._use_credential, $._use_pool), optional($.under), optional($.waiting)),
    _use_credential: ($) =>
      seq('credential', field('credential', $._value), optional(seq('from', field('pool', $.identifier)))),
    _use_pool: ($) => seq(field('pool', $.identifier), optional($.narrow), 'by', $.strategy),
    narrow: ($) => seq('where', field('key', $._path), '==', field('value', $._value)),
    strategy: ($) =>
      choice('round_robin', 'weighted_round_robin', 'random', 'weighted_random', 'first_available',
        'least_in_flight', 'least_used', 'headroom', 'latency', seq('sticky', 'on', $._path)),
    under: ($) => seq('under', separated($.identifier)),
    waiting: ($) => seq('waiting', 'up', 'to', $.duration),
    deny: ($) => seq('deny', $.text),
    leave: () => seq('leave', 'to', 'host'),
    retry: ($) => seq('retry', $.integer, choice('times', 'time'), 'within', $.duration),
    tag: ($) => seq('tag', separated($.tag_item)),
    tag_item: ($) => seq(field('name', $.identifier), '=', field('value', $._value)),
    _value: ($) => choice($.text, $.lookup, $._path),
    lookup: ($) => seq(field('table', $.identifier), '[', field('key', $._path), ']'),

    claim: ($) =>
      seq(choice('never', 'always'), field('name', $.identifier),
        '{', optional($.when), choice($.spend, alias('deny', $.deny), $.leave), '}'),
    spend: ($) => seq('use', choice(seq('credential', field('credential', $.text)), field('pool', $.identifier))),

    // ---- conditions
    _condition: ($) => choice($._term, $.and, $.or),
    and: ($) => seq($._term, repeat1(seq('and', $._term))),
    or: ($) => seq($._term, repeat1(seq('or', $._term))),
    _term: ($) => choice($.not, $.group, $.clock, $.check),
    not: ($) => seq('not', choice($.group, $._path)),
    group: ($) => seq('(', $._condition, ')'),
    clock: ($) =>
      seq(choice('time', 'weekday', 'date'), choice(seq(optional('not'), 'in', $._moments), seq($.compare, $.moment)),
        $.zone),
    _moments: ($) => choice($.span, listOf($.span)),
    span: ($) => seq($.moment, optional(seq('..', $.moment))),
    check: ($) => seq(field('path', $._path), optional($._operand)),
    _operand: ($) =>
      choice(
        seq('is', optional('not'), 'set'),
        seq(optional('not'), 'in', choice($.share, $.texts, $.integers, field('list', $.identifier))),
        seq('starts', 'with', $.text),
        seq('ends', 'with', $.text),
        seq('contains', $.text),
        seq('like', $.text),
        seq('matches', $.pattern),
        seq($.compare, choice($.text, $.timestamp, $.integer)),
      ),
    share: ($) => seq($.percent, optional(seq('..', $.percent)), optional(seq('salted', $.text))),

    // ---- tests
    test: ($) => seq('test', field('name', $.text), '{', repeat($._step), '}'),
    _step: ($) =>
      choice($.given, $.clock_set, $.wait, $.request, $.again, $.next, $.report, $.expect),
    given: ($) =>
      seq('given', 'credential', field('credential', $.text), optional(seq('of', field('provider', $.text))),
        optional($.with)),
    clock_set: ($) => seq('clock', $.timestamp),
    wait: ($) => seq('wait', $.duration),
    request: ($) => seq('request', optional($.many), optional($.with)),
    again: ($) => seq('again', optional($.many)),
    next: () => 'next',
    report: ($) => seq('report', $.outcome, optional($.with)),
    many: ($) =>
      seq($.integer, choice('times', 'time'), optional(choice(seq('at', 'once'), seq('every', $.duration)))),
    with: ($) => seq('with', separated($.set)),
    set: ($) =>
      seq(field('key', $._path), '=',
        field('value', choice($.texts, $.text, $.timestamp, $.duration, $._money, $.boolean, $.unique))),
    expect: ($) => seq('expect', separated($.want)),
    want: ($) =>
      choice(
        seq('rule', field('rule', $.identifier)),
        'default',
        seq('credential', choice($.text, seq('in', field('pool', $.identifier)))),
        seq(choice('same', 'another'), 'credential'),
        seq('deny', optional($.text)),
        'host',
        seq('wait', optional($.duration)),
        seq('tag', $.want_tag),
        seq('skipped', $.text, 'as', $.reason),
        seq($.integer, optional(seq('..', $.integer)), 'on', $.text),
      ),
    want_tag: ($) => seq(field('name', $.identifier), '=', field('value', $.text)),
    reason: () =>
      choice('disabled', 'expired', 'cooling', 'over_quota', 'over_budget', 'overloaded', 'other_provider',
        'other_model', 'unknown', 'tried'),

    // ---- tokens
    comment: () => token(seq('#', /[^\n]*/)),
    identifier: () => WORD,
    _path: ($) => choice(alias($.identifier, $.path), $.path),
    path: () => token(seq(WORD, repeat1(seq('.', choice(WORD, QUOTED))))),
    text: ($) =>
      seq('"', repeat(choice($.escape, token.immediate(prec(1, /[^"\\\n]+/)))), token.immediate('"')),
    escape: () => token.immediate(choice(/\\["\\nt]/, /\\u\{[0-9A-Fa-f]+\}/)),
    pattern: () => /\/(\\.|[^\/\\\n])+\//,
    integer: () => /-?[0-9]+(_[0-9]{3})*/,
    decimal: () => /[0-9]+(_[0-9]{3})*\.[0-9]{2}/,
    _money: ($) => choice($.integer, $.decimal),
    percent: () => /[0-9]+(\.[0-9]{1,2})?%/,
    duration: () => /[0-9]+(ms|s|m|h|d)/,
    moment: () =>
      choice('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', /[0-9]{4}-[0-9]{2}-[0-9]{2}/, /[0-9]{2}:[0-9]{2}/),
    timestamp: () => /[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})/,
    boolean: () => choice('true', 'false'),
    unique: () => 'unique',
    compare: () => choice('==', '!=', '<=', '>=', '<', '>'),
  },
});
