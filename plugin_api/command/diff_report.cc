#include "plugin_api/command/diff_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "dsl/wording.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/diff_words.h"

namespace keyrule::command {
namespace {

using analysis::ChangeClass;
using analysis::PolicyDiff;
using analysis::UnnoticedEdit;
using evaluator::Count;
using evaluator::Printable;
using OrderedJson = nlohmann::ordered_json;

constexpr size_t kMostEntries = 5;  // of what is gained and lost

std::string ListedEntries(const std::vector<std::string>& entries) {
  std::string text;
  for (size_t i = 0; i < entries.size() && i < kMostEntries; ++i) text += (i == 0 ? "" : ", ") + entries[i];
  if (entries.size() > kMostEntries) text += " and " + std::to_string(entries.size() - kMostEntries) + " more";
  return text;
}

std::string EditText(const UnnoticedEdit& edit) {
  switch (edit.kind) {
    case UnnoticedEdit::Kind::kAdded: return "rule " + edit.rule + ": added";
    case UnnoticedEdit::Kind::kRemoved: return "rule " + edit.rule + ": removed";
    case UnnoticedEdit::Kind::kEdited: return (edit.rule == "default" ? "" : "rule ") + edit.rule + ": written otherwise";
    case UnnoticedEdit::Kind::kMoved: return "rule " + edit.rule + ": moved";
    case UnnoticedEdit::Kind::kRenamed: break;
  }
  return "rule " + edit.rule + ": renamed, was " + edit.from;
}

std::string HeadLine(const PolicyDiff& diff, const DiffNames& names) {
  const std::string what = names.before + " → " + names.after + ": ";
  if (diff.equal == PolicyDiff::Equal::kYes) return what + "no request changes";
  if (diff.equal == PolicyDiff::Equal::kNotDecided) return what + "not decided whether a request changes";
  if (diff.classes.empty()) return what + "no request changes, limits do";
  const size_t kinds = diff.classes.size() - diff.unconfirmed;
  return what + (diff.undecided + diff.unconfirmed > 0 ? "at least " : "") + Count(kinds, "kind") + " of requests change" +
         (kinds == 1 ? "s" : "");
}

// What the diff does not know, and what to simplify.
std::vector<std::string> OpenQuestions(const PolicyDiff& diff) {
  std::vector<std::string> lines;
  if (diff.undecided > 0) {
    lines.push_back("not decided for " + Count(diff.undecided, "pair") +
                    " of rules: they " + diff.overlap);
  }
  if (diff.unconfirmed > 0) {
    lines.push_back("not decided for " + Count(diff.unconfirmed, "kind") +
                    " of requests, which say `perhaps`: no request was found in them; a pattern or a share may keep their rules apart, "
                    "or they answer alike though they are written differently");
  }
  return lines;
}

// Titles and lines that follow the classes.
struct Rest {
  std::string_view title;
  std::vector<std::string> lines;
};

std::vector<Rest> RestsOf(const PolicyDiff& diff) {
  Rest limits{"limits that count by themselves", diff.limits};
  Rest attributes{"attributes", diff.attributes};
  Rest unnoticed{"no effect on any request", {}};
  for (const UnnoticedEdit& edit : diff.unnoticed) unnoticed.lines.push_back(EditText(edit));
  return {std::move(limits), std::move(attributes), std::move(unnoticed)};
}

OrderedJson ValueJson(const analysis::Assignment& assignment) {
  return std::visit(dsl::Overloaded{[](std::monostate) { return OrderedJson(); },
                                    [](const std::string& text) { return OrderedJson(text); },
                                    [&](int64_t number) {
                                      return assignment.type == dsl::Type::kTimestamp
                                                 ? OrderedJson(analysis::TimestampText(number))
                                                 : OrderedJson(number);
                                    },
                                    [](bool truth) { return OrderedJson(truth); },
                                    [](const std::vector<std::string>& items) { return OrderedJson(items); }},
                    assignment.value);
}

std::string LineOf(const OrderedJson& json) {
  return json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + "\n";
}

}  // namespace

std::string DiffText(const PolicyDiff& diff, const evaluator::Program& before, const evaluator::Program& after,
                     const DiffNames& names, size_t most) {
  const DiffWriter writer(before, after);
  std::string text = Printable(HeadLine(diff, names)) + "\n";
  const auto line = [&](std::string_view title, const std::string& what) {
    if (!what.empty()) text += "  " + evaluator::Pad(title, 8) + Printable(what) + "\n";
  };
  for (size_t i = 0; i < diff.classes.size() && i < most; ++i) {
    const DiffWords words = writer.Of(diff.classes[i]);
    text += "\n" + words.change + ": " + Printable(words.whose) + "\n";
    line("when", words.when);
    line("was", words.was);
    line("now", words.now);
    line("gains", ListedEntries(words.gains));
    line("loses", ListedEntries(words.loses));
    line("such as", words.such);
  }
  if (diff.classes.size() > most) text += "\nand " + std::to_string(diff.classes.size() - most) + " more; `--most N` shows more\n";
  for (const Rest& rest : RestsOf(diff)) {
    if (rest.lines.empty()) continue;
    text += "\n" + std::string(rest.title) + "\n";
    for (size_t i = 0; i < rest.lines.size() && i < most; ++i) text += "  " + rest.lines[i] + "\n";
    if (rest.lines.size() > most) text += "  and " + std::to_string(rest.lines.size() - most) + " more\n";
  }
  for (const std::string& question : OpenQuestions(diff)) text += "\n" + question + "\n";
  return text;
}

std::string DiffMarkdown(const PolicyDiff& diff, const evaluator::Program& before, const evaluator::Program& after,
                         const DiffNames& names, size_t most) {
  const DiffWriter writer(before, after);
  // Code spans take any text but a backtick, which a longer fence takes.
  const auto code = [](const std::string& text) {
    const std::string fence = text.find('`') == std::string::npos ? "`" : "``";
    const std::string space = fence.size() > 1 ? " " : "";
    return fence + space + text + space + fence;
  };
  std::string text = "### " + Printable(HeadLine(diff, names)) + "\n";
  for (size_t i = 0; i < diff.classes.size() && i < most; ++i) {
    const ChangeClass& one = diff.classes[i];
    const DiffWords words = writer.Of(one);
    text += "\n**" + words.change + "**: " + words.whose + "\n\n";
    const auto item = [&](std::string_view title, const std::string& what) {
      if (!what.empty()) text += "- " + std::string(title) + " " + code(what) + "\n";
    };
    item("when", words.when);
    item("was", words.was);
    item("now", words.now);
    item("gains", ListedEntries(words.gains));
    item("loses", ListedEntries(words.loses));
    item("such as", words.such);
    if (one.test.empty()) continue;
    const std::string fence = one.test.find("```") == std::string::npos ? "```" : "````";
    text += "\n<details><summary>as a test</summary>\n\n" + fence + "keyrule\n" + one.test + fence + "\n\n</details>\n";
  }
  if (diff.classes.size() > most) text += "\nand " + std::to_string(diff.classes.size() - most) + " more\n";
  for (const Rest& rest : RestsOf(diff)) {
    if (rest.lines.empty()) continue;
    text += "\n**" + std::string(rest.title) + "**\n\n";
    for (size_t i = 0; i < rest.lines.size() && i < most; ++i) text += "- " + code(rest.lines[i]) + "\n";
    if (rest.lines.size() > most) text += "- and " + std::to_string(rest.lines.size() - most) + " more\n";
  }
  for (const std::string& question : OpenQuestions(diff)) text += "\n" + question + "\n";
  return text;
}

std::string DiffJson(const PolicyDiff& diff, const evaluator::Program& before, const evaluator::Program& after,
                     const DiffNames& names, size_t most) {
  const DiffWriter writer(before, after);
  const auto text_or_null = [](const std::string& text) { return text.empty() ? OrderedJson() : OrderedJson(text); };
  const auto decides = [&](bool old_side, uint32_t rule, const std::vector<std::string>& with) {
    OrderedJson json;
    json["rule"] = writer.RuleOf(old_side, rule) == nullptr ? "default" : std::string(writer.RuleOf(old_side, rule)->name.text);
    json["answer"] = writer.AnswerOf(old_side, rule);
    json["with"] = with;
    return json;
  };
  std::string text;
  for (size_t i = 0; i < diff.classes.size() && i < most; ++i) {
    const ChangeClass& one = diff.classes[i];
    const DiffWords words = writer.Of(one);
    OrderedJson json;
    json["change"] = analysis::ToString(one.kind);
    const dsl::Rule* rule = writer.RuleOf(one.old_side, one.rule);
    json["rule"] = rule == nullptr ? "default" : std::string(rule->name.text);
    json["side"] = one.old_side ? "old" : "new";
    const dsl::Policy& policy = writer.policy(one.old_side);
    const dsl::Span& span = rule == nullptr ? policy.fallback.name.span : rule->name.span;
    json["at"] = policy.sources->Where(span);
    json["when"] = text_or_null(words.when);
    json["was"] = decides(true, one.example ? one.old_rule : one.pairs.front().first, words.was_with);
    json["now"] = decides(false, one.example ? one.new_rule : one.pairs.front().second, words.now_with);
    json["gains"] = words.gains;
    json["loses"] = words.loses;
    json["rules"] = one.pair_count;
    json["request"] = nullptr;
    json["clock"] = nullptr;
    if (one.example) {
      json["request"] = OrderedJson::object();
      for (const analysis::Assignment& assignment : one.example->assignments) {
        json["request"][assignment.path] = ValueJson(assignment);
      }
      if (one.example->clock_ms) json["clock"] = analysis::TimestampText(*one.example->clock_ms);
    }
    json["test"] = text_or_null(one.test);
    text += LineOf(json);
  }
  OrderedJson sum;
  sum["old"] = names.before;
  sum["new"] = names.after;
  sum["equal"] = nullptr;
  if (diff.equal != PolicyDiff::Equal::kNotDecided) sum["equal"] = diff.equal == PolicyDiff::Equal::kYes;
  sum["classes"] = diff.classes.size();
  sum["undecided"] = diff.undecided;
  sum["unconfirmed"] = diff.unconfirmed;
  sum["limits"] = diff.limits;
  sum["attributes"] = diff.attributes;
  sum["no_effect"] = OrderedJson::array();
  constexpr std::string_view kEdits[] = {"added", "removed", "edited", "moved", "renamed"};
  for (const UnnoticedEdit& edit : diff.unnoticed) {
    OrderedJson json;
    json["rule"] = edit.rule;
    json["edit"] = kEdits[static_cast<size_t>(edit.kind)];
    json["from"] = text_or_null(edit.from);
    sum["no_effect"].push_back(std::move(json));
  }
  return text + LineOf(sum);
}

std::string DiffTests(const PolicyDiff& diff, size_t most) {
  std::string text;
  for (size_t i = 0; i < diff.classes.size() && i < most; ++i) {
    if (!diff.classes[i].test.empty()) text += (text.empty() ? "" : "\n") + diff.classes[i].test;
  }
  return text;
}

}  // namespace keyrule::command
