// The list of commands, `help`, `history`, `quit`.

#include <algorithm>
#include <set>

#include "dsl/page.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/literals.h"
#include "evaluator/repl_impl.h"
#include "evaluator/repl_language.h"
#include "evaluator/repl_table.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kMostValues = 40;
constexpr size_t kUsualHistory = 20;

// Lines of a source, none of which could command a terminal.
std::string SourceText(const dsl::Policy& policy, const dsl::Span& span) {
  std::string text = Cat({"# ", Printable(policy.sources->Where(span)), "\n"});
  std::string_view source = policy.sources->TextOf(span);
  while (!source.empty()) {
    const size_t end = std::min(source.find('\n'), source.size());
    std::string_view line = source.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    text += Printable(line) + "\n";
    source.remove_prefix(std::min(end + 1, source.size()));
  }
  return text;
}

std::string AttributeText(const dsl::Attribute& attribute, const MentionedValues& values) {
  std::string_view type = dsl::WithArticle(attribute.type);
  std::string text =
      Cat({Printable(attribute.path.text), " is ", type, attribute.optional ? ", optional" : ", required",
           attribute.untrusted ? ", chosen by the caller (untrusted)" : "", "\n"});
  if (!attribute.doc.empty()) text += Cat({"    ", Printable(attribute.doc), "\n"});
  std::vector<std::string> quoted;
  for (const dsl::Text& value : attribute.values) quoted.push_back(dsl::InQuotes(value.value));
  const std::string_view heading = quoted.empty() ? "    the policy compares it with: " : "    its values: ";
  if (quoted.empty()) quoted = values.Of(attribute.path.text).Literals();
  std::string list;
  for (size_t i = 0; i < quoted.size() && i < kMostValues; ++i) list += (i == 0 ? "" : ", ") + Printable(quoted[i]);
  if (quoted.size() > kMostValues) list += ", …";
  return list.empty() ? text : Cat({text, heading, list, "\n"});
}

void AddNamed(const dsl::Policy& policy, std::string_view word, std::string* text) {
  const auto look = [&](const auto& list, const auto& name_of) {
    for (const auto& one : list) {
      if (name_of(one) == word) *text += SourceText(policy, one.span);
    }
  };
  const auto name = [](const auto& one) { return one.name.text.view(); };
  look(policy.lets, name);
  look(policy.tables, name);
  look(policy.pools, name);
  look(policy.meters, name);
  look(policy.rules, name);
  look(policy.claims, name);
  look(policy.tests, [](const dsl::Test& test) { return test.name.value.view(); });
  if (word == "default") *text += SourceText(policy, policy.fallback.span);
}

std::string PageText(std::string_view word) {
  std::string upper(word);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c; });
  for (const dsl::Code code : dsl::AllCodes()) {
    if (dsl::CodeName(code) != upper) continue;
    if (const auto page = dsl::PageOf(code)) return dsl::PageAsText(code, *page);
  }
  return {};
}

}  // namespace

Answer Repl::Impl::Help(std::string_view rest) {
  const std::vector<ReplCommand>& commands = ReplCommands();
  if (rest.empty()) {
    TableRows rows;
    for (const ReplCommand& command : commands) {
      rows.push_back({std::string(command.form), std::string(command.summary)});
    }
    return {
        .text =
            TableText(rows, host.Columns()) +
            "rule …, pool …, let …, budget …, default … are tried over the policy, and `test \"…\" { … }` runs\n"
            "`help WORD` explains a command, a word of the language, an attribute, a name or a code such as KR0301\n"};
  }
  std::vector<std::string> words;
  const std::string word = SplitWords(rest, &words) && words.size() == 1 ? words.front() : std::string(rest);
  std::string text;
  std::vector<std::string_view> names;
  for (const ReplCommand& command : commands) {
    names.push_back(command.name);
    if (command.name != word) continue;
    text += Cat({command.form, "\n    ", command.summary, "\n", command.detail.empty() ? "" : "    ", command.detail,
                 command.detail.empty() ? "" : "\n"});
  }
  for (const LanguageWord& known : LanguageWords()) {
    names.push_back(known.word);
    if (known.word == word) text += Cat({known.form, "\n    ", known.summary, "\n"});
  }
  text += PageText(word);
  if (program != nullptr) {
    const dsl::Policy& policy = *program->policy;
    for (const dsl::Attribute& attribute : policy.schema_attributes) {
      names.push_back(attribute.path.text);
      if (attribute.path.text == word) text += AttributeText(attribute, Mentioned());
    }
    if (text.empty()) {
      const uint32_t slot = policy.FindSlot(word);  // an entry of a map
      if (slot != dsl::kUnresolved) text += AttributeText(policy.slots[slot], Mentioned());
    }
    AddNamed(policy, word, &text);
    text += CredentialText(word);
    for (const dsl::Rule& rule : policy.rules) names.push_back(rule.name.text);
    for (const dsl::Pool& pool : policy.pools) names.push_back(pool.name.text);
  }
  if (!text.empty()) return {.text = text};
  const std::string_view near = dsl::Nearest(word, names);
  return Wrong(Cat({"there is no help on ", Tick(Printable(word)), "; ",
                    near.empty() ? "`help` lists the commands" : "did you mean ",
                    near.empty() ? std::string() : Tick(near) + "?"}));
}

Answer Repl::Impl::History(std::string_view rest) {
  const std::optional<int64_t> most = rest.empty() ? static_cast<int64_t>(kUsualHistory) : ParseInteger(rest);
  if (!most || *most < 1) return Wrong("write how many lines, as in `history 50`");
  std::vector<std::string> all = host.EarlierLines();
  all.insert(all.end(), lines.begin(), lines.end() - 1);  // not this one
  const size_t first = all.size() - std::min(all.size(), static_cast<size_t>(*most));
  std::string text;
  for (size_t i = first; i < all.size(); ++i) text += Printable(OneLine(all[i])) + "\n";
  return {.text = text};
}

Answer Repl::Impl::Quit(std::string_view) {
  Answer answer;
  answer.quit = true;
  return answer;
}

const std::vector<ReplCommand>& ReplCommands() {
  using I = Repl::Impl;
  static const std::vector<ReplCommand> commands = {
      {"set", "set ATTRIBUTE = VALUE", "gives the request an attribute",
       "Several are separated by commas; `unique` is a new value for each call.", true, &I::Set},
      {"unset", "unset ATTRIBUTE", "takes one away again; `unset all` takes all", "", true, &I::Unset},
      {"request", "request [N times] [with …]", "shows the request; with N times or with …, calls as `decide` does",
       "As in a test: `request 100 times with user.id = unique`, `3 times at once`, `5 times every 1m`.", true,
       &I::RequestCommand},
      {"decide", "decide [N times] [with …]", "decides the request as a new call; N times: shows the split",
       "`with app.id = \"a\"` is for this call only.", true, &I::Decide},
      {"again", "again [N times]", "the last call once more, as a new one", "", true, &I::Again},
      {"why", "why [not RULE|\"CREDENTIAL\"]", "explains the decision; or what keeps a rule or a credential from it",
       "Each condition with its truth and what the request has there, each candidate taken, eligible or skipped.", true,
       &I::Why},
      {"what", "what if ATTRIBUTE = VALUE", "what would move if the request were so; nothing is remembered",
       "Several are separated by commas; `what if unset app.id` takes one away.", true, &I::WhatIf},
      {"is", "is CONDITION", "whether a condition holds for the request, part by part",
       "As in a rule: `is user.id in 10% and environment == \"production\"`.", true, &I::Is},
      {"report", "report OUTCOME [with …]", "says what became of the call",
       "Outcomes: ok, rate_limited, unauthorized, out_of_credit, timed_out, server_error, "
       "caller_error. `with retry_after = 30s, tokens = 500`.",
       true, &I::ReportCommand},
      {"next", "next", "takes the next credential of the same rule, after a failure or a wait", "", true,
       &I::NextCommand},
      {"wait", "wait DURATION", "moves the clock on", "", true, &I::Wait},
      {"clock", "clock [TIME]", "shows the clock, or sets it", "Over a store it runs until it is set.", true,
       &I::ClockCommand},
      {"seed", "seed N", "begins the random draws anew", "Tests draw with seed 0.", true, &I::Seed},
      {"given", "given credential \"A\" [with …]",
       "adds or replaces a credential, as in a test; alone: shows what is given",
       "What is given is there from the start, so the session begins anew.", true, &I::Given},
      {"expect", "expect …", "checks the last decision, as in a test; a script then fails", "", true, &I::Expect},
      {"save", "save test \"NAME\" [to FILE]", "appends what was done as a test, if it passes",
       "What was done since the session began anew. Decisions nobody spoke of are expected to be what they were.", true,
       &I::Save},
      {"forget", "forget", "begins anew: nothing is remembered; attributes stay", "", true, &I::Forget},
      {"reset", "reset", "begins anew, without attributes and what was given", "", true, &I::Reset},
      {"try", "try [before|after RULE] STATEMENT", "lays a statement over the policy; the file stays as it is",
       "A new rule stands first; what has a name that is there takes its place. The word `try` may be left out.", true,
       &I::Try},
      {"fragments", "fragments", "shows what is tried, ready to paste", "", true, &I::Fragments},
      {"drop", "drop NAME", "tries it no longer; `drop all`", "", true, &I::Drop},
      {"rules", "rules", "lists the rules in their order", "", true, &I::Rules},
      {"pools", "pools", "lists the pools and who is in them for this request", "", true, &I::Pools},
      {"credentials", "credentials", "lists the credentials of the request's tenant", "", true, &I::Credentials},
      {"schema", "schema [PREFIX]", "lists the attributes", "", true, &I::Schema},
      {"test", "test [GLOB]", "runs the tests in the policy", "", true, &I::Test},
      {"load", "load FILE…", "reads another policy",
       "Of several files the first has the `default`; the others are read as if it imported them at its end.", false,
       &I::LoadCommand},
      {"reload", "reload", "reads the policy again, and says what has changed", "", false, &I::Reload},
      {"help", "help [WORD]", "lists the commands, or explains a word", "", false, &I::Help},
      {"history", "history [N]", "shows the last lines that were typed", "", false, &I::History},
      {"quit", "quit", "ends", "", false, &I::Quit},
  };
  return commands;
}

}  // namespace keyrule::evaluator
