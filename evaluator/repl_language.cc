#include "evaluator/repl_language.h"

namespace keyrule::evaluator {
namespace {

constexpr LanguageWord kWords[] = {
    // ---- statements
    {"schema", "schema \"dify\" with { user.plan : string optional }", "says which attributes a request has"},
    {"import", "import \"pools.keyrule\"", "reads another file where it stands"},
    {"let", "let billing_apps = [\"invoices\", \"dunning\"]", "names a list, or a condition"},
    {"table", "table key_of_app { \"app-support\" : \"support-key\" }", "names pairs of texts; `from \"f.csv\" maps \"a\" to \"b\"` reads them"},
    {"pool", "pool production of \"openai\" { \"prod-eu\" weight 3  \"prod-us\" }", "names credentials to choose from"},
    {"quota", "quota org { \"a\" \"b\"  limit 10_000 requests per minute }", "what the provider allows these credentials together"},
    {"budget", "budget fair_use for each user.id { limit 100 requests per day }", "what you allow yourself; rules name it behind `under`"},
    {"rule", "rule billing { when …  use production by round_robin }", "the first rule whose condition holds decides"},
    {"default", "default { leave to host }", "decides what no rule decides"},
    {"never", "never c { when …  use production }", "a claim: what meets the condition never spends that"},
    {"always", "always c { when …  use production }", "a claim: what meets the condition always spends that"},
    {"test", "test \"what it shows\" { request with …  expect … }", "a test, with the same steps as here"},
    // ---- clauses
    {"when", "when provider == \"openai\" and app.id in billing_apps", "the condition of a rule"},
    {"use", "use production by round_robin · use credential \"a\"", "spends a credential"},
    {"else", "else use staging by round_robin · else deny \"why\"", "what is done where the arm before it has nobody"},
    {"deny", "deny \"closed today\"", "refuses, with a reason"},
    {"leave", "leave to host", "the host chooses by itself"},
    {"retry", "retry 2 times within 20s", "how often `next` may go on after failures"},
    {"tag", "tag cost_center = \"finance\", app = app.id", "goes with the decision, into the log"},
    {"where", "where labels.team == \"a\"", "credentials by what they are; behind a pool's name: narrows it"},
    {"then", "pool p { \"a\"  then \"b\" }", "the next tier: only while nobody above is eligible"},
    {"after", "after 3 server_error cool 20s up to 5m", "when a credential rests, and how long"},
    {"weight", "\"prod-eu\" weight 3", "how often it is taken beside the others"},
    {"limit", "limit 100 requests per day at \"Europe/Berlin\"", "of a quota or a budget"},
    {"under", "use p by round_robin under fair_use", "counts against a budget; over it, `else` applies"},
    {"waiting", "use p by round_robin waiting up to 3s", "rather waits so long than goes on to `else`"},
    {"from", "use credential node.credential from production", "only what this pool has may be named"},
    {"by", "use production by weighted_round_robin", "says how to choose; each strategy has its own `help`"},
    // ---- conditions
    {"and", "a and b", "both; beside `or` it needs parentheses"},
    {"or", "a or b", "one of them; beside `and` it needs parentheses"},
    {"not", "not (a or b)", "the contrary; of a comparison `!=`, `not in`, `is not set`"},
    {"in", "app.id in [\"a\", \"b\"] · in key_of_app · user.id in 10%", "a member of a list, a table's keys or a share of all values"},
    {"is", "app.id is set · app.id is not set", "whether the request has it"},
    {"starts", "app.id starts with \"inv\"", "by its beginning; also `ends with`"},
    {"ends", "app.id ends with \"-eu\"", "by its end; also `starts with`"},
    {"contains", "app.tags contains \"x\"", "a part of a text, or a member of a list"},
    {"like", "name like \"staging-*\"", "`*` stands for anything"},
    {"matches", "app.id matches /^inv-[0-9]+$/", "a regular expression; `like` or a list is understood better"},
    {"salted", "user.id in 10% salted \"x\"", "another share, independent of the first"},
    {"time", "time in 22:00..06:00 at \"Europe/Berlin\"", "the time of day"},
    {"weekday", "weekday in mon..fri at \"Europe/Berlin\"", "the day of the week"},
    {"date", "date in 2026-12-24..2026-12-26 at \"Europe/Berlin\"", "the day"},
    // ---- strategies
    {"round_robin", "use p by round_robin", "in turns"},
    {"weighted_round_robin", "use p by weighted_round_robin", "in turns, by weight, exact"},
    {"random", "use p by random", "by lot"},
    {"weighted_random", "use p by weighted_random", "by lot, by weight"},
    {"first_available", "use p by first_available", "the first that is eligible"},
    {"least_in_flight", "use p by least_in_flight", "the one with the fewest calls in flight"},
    {"least_used", "use p by least_used", "the one that has used the least share of its limits; without limits, of tokens"},
    {"headroom", "use p by headroom", "by lot, by weight and by what its limits leave"},
    {"latency", "use p by latency", "the one that answered fastest of late"},
    {"sticky", "use p by sticky on user.id", "the same value keeps its credential, within bounds"},
    // ---- outcomes
    {"ok", "report ok with tokens = 1_200", "the call succeeded"},
    {"rate_limited", "report rate_limited with retry_after = 30s", "the provider said to slow down: rests, its quota's members too"},
    {"unauthorized", "report unauthorized", "the provider does not know the key: rests long"},
    {"out_of_credit", "report out_of_credit", "the account is spent: rests long"},
    {"timed_out", "report timed_out", "no answer in time: some in a row, and it rests"},
    {"server_error", "report server_error", "the provider failed: some in a row, and it rests"},
    {"caller_error", "report caller_error", "the call itself was wrong: nothing rests"},
    // ---- why a credential is passed over
    {"disabled", "skipped \"a\" as disabled", "switched off, or taken back"},
    {"expired", "skipped \"a\" as expired", "its time is over"},
    {"cooling", "skipped \"a\" as cooling", "it rests after failures"},
    {"over_quota", "skipped \"a\" as over_quota", "the provider's limit is used up"},
    {"over_budget", "skipped \"a\" as over_budget", "your own limit is used up"},
    {"overloaded", "skipped \"a\" as overloaded", "sticky passes it over: it has more than its share"},
    {"other_provider", "skipped \"a\" as other_provider", "it is not of the provider that is asked for"},
    {"other_model", "skipped \"a\" as other_model", "it is not for the model that is asked for"},
    {"unknown", "skipped \"a\" as unknown", "the tenant has no credential of that name"},
    {"tried", "skipped \"a\" as tried", "this call has tried it already"},
    // ---- what a test can do that is a command here as well, and its other words
    {"request", "request 40 times at once with user.id = unique", "a call, in a test"},
    {"again", "again 4 times", "the same call once more, as a new one"},
    {"given", "given credential \"a\" of \"openai\" with enabled = false", "a credential of the test, there from the start"},
    {"expect", "expect rule r, credential \"a\" · 300 on \"a\" · deny \"why\" · host · wait 2s",
     "looks at the last decision; also default, credential in POOL, same credential, another credential, tag T = \"x\", skipped"},
    {"unique", "user.id = unique", "another value for each call"},
    {"every", "request 3 times every 1h", "so far apart"},
    {"once", "request 40 times at once", "all in flight together"},
};

}  // namespace

std::span<const LanguageWord> LanguageWords() { return kWords; }

}  // namespace keyrule::evaluator
