// Statements and conditions that are typed in and tried, without touching the policy's files.

#include <algorithm>

#include "dsl/parser.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/compiler.h"
#include "evaluator/condition_tree.h"
#include "evaluator/decision_text.h"
#include "evaluator/explanation.h"
#include "evaluator/repl_impl.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr std::string_view kCondition = "typed_condition";

// What a statement is called: "rule fast", "default"; empty if it cannot be tried.
std::string LabelOf(const dsl::Statement& statement) {
  return std::visit(
      dsl::Overloaded{
          [](const dsl::SchemaStatement&) { return std::string(); }, [](const dsl::Import&) { return std::string(); },
          [](const dsl::Test&) { return std::string(); }, [](const dsl::Let& let) { return "let " + let.name.text; },
          [](const dsl::Table& table) { return "table " + table.name.text; },
          [](const dsl::Pool& pool) { return "pool " + pool.name.text; },
          [](const dsl::Meter& meter) { return (meter.is_budget ? "budget " : "quota ") + meter.name.text; },
          [](const dsl::Rule& rule) { return rule.when ? "rule " + rule.name.text : std::string("default"); },
          [](const dsl::Claim& claim) { return (claim.never ? "never " : "always ") + claim.name.text; }},
      statement);
}

dsl::Span SpanOf(const dsl::Statement& statement) {
  return std::visit([](const auto& node) { return node.span; }, statement);
}

// Cuts "before NAME" or "after NAME" off the front or the back of a fragment.
bool TakePlace(std::string_view* text, dsl::Fragment* fragment) {
  const auto place_of = [](std::string_view word) {
    if (word == "before") return dsl::Fragment::Place::kBefore;
    return word == "after" ? dsl::Fragment::Place::kAfter : dsl::Fragment::Place::kUsual;
  };
  std::string_view rest = *text;
  fragment->place = place_of(TakeWord(&rest));
  if (fragment->place != dsl::Fragment::Place::kUsual) {
    fragment->rule = TakeWord(&rest);
    *text = rest;
    return !fragment->rule.empty() && !rest.empty();
  }
  const size_t end = text->rfind('}');
  if (end == std::string_view::npos) return true;
  std::string_view behind = TrimBlanks(text->substr(end + 1));
  fragment->place = place_of(TakeWord(&behind));
  if (fragment->place == dsl::Fragment::Place::kUsual) return true;
  fragment->rule = TakeWord(&behind);
  *text = text->substr(0, end + 1);
  return !fragment->rule.empty() && behind.empty();
}

}  // namespace

bool Repl::Impl::Lay(std::vector<ReplFragment> fresh, Answer* answer) {
  std::string problem;
  const auto laid = Read(files, fresh, texts, &problem);
  if (laid == nullptr) {
    answer->problem += problem;
    answer->error = true;
    return false;
  }
  const std::string before = FreshAnswer(program);
  const bool forgets = !record.empty();
  fragments = std::move(fresh);
  Take(laid, answer);
  const std::string after = FreshAnswer(program);
  answer->text += before == after ? Cat({"the request's answer stays: ", after, "\n"})
                                  : Cat({"the request's answer moves: ", before, " → ", after, "\n"});
  if (forgets) answer->problem += "begun anew: nothing is remembered of the calls before\n";
  return true;
}

Answer Repl::Impl::Try(std::string_view text) {
  ReplFragment fresh;
  if (text.empty())
    return Wrong("write what to try, as in `try rule fast { when app.id == \"x\"  use credential \"a\" }`");
  if (!TakePlace(&text, &fresh.fragment)) {
    return Wrong("write `before RULE` or `after RULE` once, in front of the statement or behind it");
  }
  // Its names, so that it takes the place of an earlier try.
  dsl::Sources sources;
  dsl::Diagnostics diagnostics;
  const uint32_t typed = sources.Add(std::string(kTypedName), std::string(text));
  const dsl::File file = dsl::ParseStatements(sources, typed, diagnostics);
  if (diagnostics.has_errors()) return {.problem = Rendered(diagnostics.all(), sources), .error = true};
  std::vector<ReplFragment> all = fragments;
  for (const dsl::Statement& statement : file.statements) {
    ReplFragment& one = all.emplace_back(fresh);
    one.label = LabelOf(statement);
    if (one.label.empty())
      return Wrong("a schema, an import or a test cannot be tried so; `load` reads a file, `test` runs a test");
    one.fragment.name = "typed " + one.label;
    one.fragment.text = sources.TextOf(SpanOf(statement));
    const auto old =
        std::find_if(all.begin(), all.end(), [&](const ReplFragment& other) { return other.label == one.label; });
    if (old + 1 == all.end()) continue;
    *old = std::move(one);
    all.pop_back();
  }
  Answer answer;
  Lay(std::move(all), &answer);
  return answer;
}

Answer Repl::Impl::Fragments(std::string_view) {
  if (fragments.empty()) return {.text = "nothing is tried; type `rule fast { … }`\n"};
  std::string text;
  for (const ReplFragment& one : fragments) {
    if (one.fragment.place != dsl::Fragment::Place::kUsual) {
      text += Cat(
          {"# ", one.fragment.place == dsl::Fragment::Place::kBefore ? "before " : "after ", one.fragment.rule, "\n"});
    }
    text += one.fragment.text + "\n";
  }
  return {.text = text};
}

Answer Repl::Impl::Drop(std::string_view rest) {
  if (rest.empty()) return Wrong("write what is to be tried no longer, as in `drop rule fast`, or `drop all`");
  std::vector<ReplFragment> left = fragments;
  std::vector<std::string_view> labels;
  for (const ReplFragment& one : fragments) labels.push_back(one.label);
  const auto fits = [&](const ReplFragment& one) {
    return rest == "all" || one.label == rest || one.label.ends_with(Cat({" ", rest}));
  };
  if (std::erase_if(left, fits) == 0) {
    return Wrong(
        Cat({Tick(Printable(rest)), " is not tried; ", dsl::Suggest(rest, labels, "fragments", "nothing is")}));
  }
  Answer answer;
  Lay(std::move(left), &answer);
  return answer;
}

Answer Repl::Impl::Is(std::string_view rest) {
  if (rest.empty()) return Wrong("write a condition, as in `is environment == \"production\"`");
  dsl::Frame frame;
  frame.before = Cat({"let ", kCondition, " = "});
  frame.instead = "is ";
  frame.typed = Cat({"is ", rest});
  std::string problem;
  const std::shared_ptr<const dsl::Policy> checked = CheckTyped(frame, "\n", &problem);
  if (checked == nullptr) return {.problem = problem, .error = true};
  const auto let = std::find_if(checked->lets.begin(), checked->lets.end(),
                                [](const dsl::Let& one) { return one.name.text == kCondition; });
  if (let == checked->lets.end() || !std::holds_alternative<dsl::Condition>(let->value)) {
    return Wrong("a list is not true or false; write a condition, as in `is app.id in [\"a\", \"b\"]`");
  }
  // Of all rules only one is needed: that whose condition it is.
  auto policy = std::make_shared<dsl::Policy>(*checked);
  dsl::Rule& rule = policy->rules.emplace_back();
  rule.name.text = kCondition;
  rule.when = std::get<dsl::Condition>(let->value);
  rule.chain = policy->fallback.chain;
  std::swap(policy->rules.front(), policy->rules.back());
  policy->rules.resize(1);
  const std::shared_ptr<const Program> small = Compile(policy);
  Session world(small, source, session->now(), seed);
  RequestBuilder builder(policy);
  std::string error;
  int64_t number = unique;
  for (const ReplSetting& setting : settings) ApplySetting(setting, &number, &builder, &error);
  builder.FillRequired(world.now());
  const std::vector<Value> seen = SeenValues(world.snapshot(), builder.Build());
  return {.text = ConditionTreeText(*small, *policy->rules.front().when, seen, world.now(), 0, false, paint)};
}

}  // namespace keyrule::evaluator
