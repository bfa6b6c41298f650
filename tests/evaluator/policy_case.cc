#include "tests/evaluator/policy_case.h"

#include <date/date.h>

#include <chrono>
#include <cstdio>
#include <ostream>

namespace keyrule::evaluator::cases {
namespace {

std::string Join(const std::vector<std::string>& items, const char* between) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : between) + item;
  return text;
}

std::string TextOf(const NamedList& list) {
  if (!list.table) return "let " + list.name + " = [" + Join(list.items, ", ") + "]\n";
  std::string text = "table " + list.name + " {\n";
  for (const std::string& item : list.items) text += "  " + item + " : \"x\"\n";
  return text + "}\n";
}

std::string Moment(int64_t unix_ms) {
  const date::sys_time<std::chrono::seconds> at{std::chrono::seconds(unix_ms / 1000)};
  return date::format("%FT%TZ", at);
}

std::string TextOf(const GivenValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return Quoted(*text);
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* at = std::get_if<Millis>(&value)) return Moment(at->unix_ms);
  std::vector<std::string> items;
  for (const std::string& item : std::get<std::vector<std::string>>(value)) items.push_back(Quoted(item));
  return "[" + Join(items, ", ") + "]";
}

}  // namespace

std::string Quoted(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += std::string("\\") + c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[16];
      std::snprintf(escape, sizeof escape, "\\u{%x}", static_cast<unsigned>(c));
      quoted += escape;
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string TextOf(const Formula& formula) {
  switch (formula.kind) {
    case Formula::Kind::kAtom:
      if (formula.atom.items.empty()) return formula.atom.before;
      return formula.atom.before + " [" + Join(formula.atom.items, ", ") + "]";
    case Formula::Kind::kNamed: return "c" + std::to_string(formula.named);
    case Formula::Kind::kNot: return "not (" + TextOf(formula.terms.front()) + ")";
    case Formula::Kind::kAll:
    case Formula::Kind::kAny: break;
  }
  std::vector<std::string> terms;
  for (const Formula& term : formula.terms) {
    const bool leaf = term.kind == Formula::Kind::kAtom || term.kind == Formula::Kind::kNamed;
    terms.push_back(leaf ? TextOf(term) : "(" + TextOf(term) + ")");
  }
  return Join(terms, formula.kind == Formula::Kind::kAll ? " and " : " or ");
}

std::string TextOf(const PolicyCase& policy) {
  std::string text = "keyrule 1\n" + policy.schema + "\n";
  for (const std::string& attribute : policy.attributes) text += "  " + attribute + "\n";
  text += "}\n";
  for (const NamedList& list : policy.lists) text += TextOf(list);
  for (size_t i = 0; i < policy.named.size(); ++i) {
    text += "let c" + std::to_string(i) + " = " + TextOf(policy.named[i]) + "\n";
  }
  text += policy.sources;
  for (const CaseRule& rule : policy.rules) {
    text += "rule " + rule.name + " {\n  when " + TextOf(rule.when) + "\n  " + rule.chain + "\n}\n";
  }
  return text + "default { " + policy.fallback + " }\n";
}

std::string TextOf(const Call& call) {
  std::vector<std::string> given;
  for (const auto& [path, value] : call.given) given.push_back(path + " = " + TextOf(value));
  return "  clock " + Moment(call.at_ms) + "\n  request" + (given.empty() ? "" : " with " + Join(given, ", ")) + "\n";
}

void showValue(const PolicyCase& policy, std::ostream& out) {
  out << policy.rules.size() << " rules, " << policy.calls.size() << " calls";
}

void ForEach(Formula* formula, const std::function<void(Formula*)>& visit) {
  visit(formula);
  for (Formula& term : formula->terms) ForEach(&term, visit);
}

}  // namespace keyrule::evaluator::cases
