; No node is captured twice, so that it is the same to an editor whether the first pattern wins or the last.

(comment) @comment
(text) @string
(escape) @string.escape
(pattern) @string.regexp
[(integer) (decimal) (percent) (duration)] @number
[(moment) (timestamp)] @constant
(boolean) @boolean
(path) @variable

(rule name: (identifier) @function)
(claim name: (identifier) @function)
(want rule: (identifier) @function)
(tag_item name: (identifier) @variable.member)
(want_tag name: (identifier) @variable.member)
(let name: (identifier) @type)
(table name: (identifier) @type)
(pool name: (identifier) @type)
(quota name: (identifier) @type)
(budget name: (identifier) @type)
(under (identifier) @type)
(_ list: (identifier) @type)
(_ pool: (identifier) @type)
(_ table: (identifier) @type)

["string" "int" "bool" "timestamp" "enum" "list" "map"] @type.builtin
[(outcome) (reason) (unique)] @constant
[
  "round_robin" "weighted_round_robin" "random" "weighted_random" "first_available" "least_in_flight" "least_used"
  "headroom" "latency" "sticky"
] @constant

[
  "keyrule" "schema" "import" "let" "table" "pool" "quota" "budget" "rule" "default" "never" "always" "test" "when"
  "retry" "tag" "where" (then) "after" "weight" "limit" "time" "weekday" "date" "credential" "with" "optional"
  "untrusted" "of" "from" "maps" "to" "all" "cool" "up" "for" "each" "requests" "request" "tokens" "token" "usd" "at"
  "once" "per" "second" "minute" "hour" "day" "month" "by" "under" "waiting" "on" "host" "times" "within" "set" "salted"
  "given" "clock" "again" (next) "report" "wait" "every" "expect" "same" "another" "skipped" "as"
] @keyword
["use" "deny" "leave" "else"] @keyword.control
(claim (deny) @keyword.control)
["and" "or" "not" "in" "is" "starts" "ends" "contains" "like" "matches"] @keyword.operator

["=" "==" "!=" "<=" ">=" "<" ">" ".."] @operator
["{" "}" "[" "]" "(" ")"] @punctuation.bracket
["," ":"] @punctuation.delimiter
