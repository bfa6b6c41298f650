// Mistakes in conditions: operators, values, `and` and `or`, `not`, parts that are missing.
#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/analysis/mutation_maker.h"
#include "evaluator/condition_walk.h"

namespace keyrule::analysis {
namespace {

using dsl::CompareOp;

// `500` with a zero too many, or, where there are zeros enough, one too few.
std::string OtherNumber(int64_t number) {
  if (number == 0) return "1";
  return std::to_string(number % 10 == 0 ? number / 10 : number * 10);
}

std::string_view OtherWay(CompareOp op) {
  switch (op) {
    case CompareOp::kEqual: return "!=";
    case CompareOp::kNotEqual: return "==";
    case CompareOp::kLess: return "<=";
    case CompareOp::kLessEqual: return "<";
    case CompareOp::kGreater: return ">=";
    case CompareOp::kGreaterEqual: return ">";
  }
  return "==";
}

}  // namespace

void MutationMaker::CollectValues(const dsl::Condition& condition) {
  if (const auto* terms = evaluator::TermsOf(condition)) {
    for (const dsl::Condition& term : *terms) CollectValues(term);
    return;
  }
  const auto note = [&](const dsl::Path& path, const dsl::Text& text) {
    std::vector<std::string>& known = values_[std::string(path.text)];
    std::string written = dsl::InQuotes(text.value);
    if (known.size() < 1'000 && std::find(known.begin(), known.end(), written) == known.end()) known.push_back(std::move(written));
  };
  if (const auto* comparison = std::get_if<dsl::Comparison>(&condition.node)) {
    if (const auto* text = std::get_if<dsl::Text>(&comparison->constant)) note(comparison->path, *text);
  } else if (const auto* member = std::get_if<dsl::Membership>(&condition.node)) {
    if (const auto* texts = std::get_if<dsl::TextList>(&member->set)) {
      for (const dsl::Text& item : texts->items) note(member->path, item);
    }
  }
}

void MutationMaker::Condition(const dsl::Condition& condition) {
  if (const auto* all = std::get_if<dsl::All>(&condition.node)) return Terms(all->terms, true, condition.span);
  if (const auto* any = std::get_if<dsl::Any>(&condition.node)) return Terms(any->terms, false, condition.span);
  if (const auto* negation = std::get_if<dsl::Not>(&condition.node)) {
    const uint32_t end = SkipBlanks(condition.span.source, condition.span.begin + 3);
    Add("negation", "`not` is left out", condition.span, {{{condition.span.source, condition.span.begin, end}, {}}});
    const dsl::Condition& inner = negation->term.front();
    if (!std::holds_alternative<dsl::Bare>(inner.node)) Condition(inner);
    return;
  }
  std::visit(dsl::Overloaded{[](const dsl::All&) {}, [](const dsl::Any&) {}, [](const dsl::Not&) {},
                             [&](const auto& node) { Atom(condition, node); }},
             condition.node);
}

void MutationMaker::Terms(const std::vector<dsl::Condition>& terms, bool all, const dsl::Span& whole) {
  const std::string_view word = all ? "and" : "or";
  const std::string_view other = all ? "or" : "and";
  const uint32_t source = whole.source;
  std::vector<TextEdit> edits;
  std::vector<uint32_t> words;  // where each stands
  for (size_t i = 0; i + 1 < terms.size(); ++i) {
    words.push_back(FindWord(source, terms[i].span.end, terms[i + 1].span.begin, word));
    if (words.back() == terms[i + 1].span.begin) return;
    edits.push_back({{source, words.back(), words.back() + static_cast<uint32_t>(word.size())}, std::string(other)});
  }
  const dsl::Span first = edits.front().span;
  Add("connective", dsl::Cat({dsl::Tick(word), " became ", dsl::Tick(other)}), first, std::move(edits));
  for (size_t i = 0; i < terms.size(); ++i) {
    // A term stands with its parentheses: those between the word before it and itself.
    dsl::Span cut = terms[i].span;
    if (i == 0) {
      cut.begin = std::min(whole.begin, cut.begin);
      cut.end = SkipBlanks(source, words[0] + static_cast<uint32_t>(word.size()));
      LeaveOut("condition", terms[i].span, {cut, {}});
      continue;
    }
    uint32_t open = CountMark(source, words[i - 1], cut.begin, '(');
    cut.begin = words[i - 1];
    for (; open > 0; --open) cut.end = FindWord(source, cut.end, static_cast<uint32_t>(Source(source).size()), ")") + 1;
    LeaveOut("condition", terms[i].span, Cut(cut));
  }
  for (const dsl::Condition& term : terms) Condition(term);
}

void MutationMaker::Atom(const dsl::Condition& atom, const dsl::Comparison& node) {
  const auto* text = std::get_if<dsl::Text>(&node.constant);
  const auto* number = std::get_if<dsl::Integer>(&node.constant);
  const auto* time = std::get_if<dsl::Timestamp>(&node.constant);
  const dsl::Span value = text != nullptr ? text->span : number != nullptr ? number->span : time->span;
  const std::string_view op = dsl::Spelling(node.op);
  const uint32_t at = FindWord(atom.span.source, node.path.span.end, value.begin, op);
  if (at < value.begin) {
    Replace("operator", {atom.span.source, at, at + static_cast<uint32_t>(op.size())}, std::string(OtherWay(node.op)));
  }
  if (number != nullptr) Replace("value", value, OtherNumber(number->value));
  if (text == nullptr) return;
  const std::vector<std::string>& others = values_[std::string(node.path.text)];
  if (others.size() < 2) return;
  const auto own = std::find(others.begin(), others.end(), dsl::InQuotes(text->value));
  const auto next = own == others.end() || own + 1 == others.end() ? others.begin() : own + 1;
  Replace("value", value, *next);
}

template <class List>
void MutationMaker::Items(const List& items) {
  if (items.size() < 2) return;
  for (size_t i = 0; i < items.size() && i < kMostEntries; ++i) {
    LeaveOut("value", items[i].span,
             CutItem(items[i].span, i > 0 ? &items[i - 1].span : nullptr, i + 1 < items.size() ? &items[i + 1].span : nullptr));
  }
}

void MutationMaker::Atom(const dsl::Condition& atom, const dsl::Membership& node) {
  const uint32_t source = atom.span.source;
  const uint32_t in = FindWord(source, node.path.span.end, atom.span.end, "in");
  if (in == atom.span.end) return;
  const uint32_t no = node.negated ? FindWord(source, node.path.span.end, in, "not") : in;
  Replace("operator", {source, no, in + 2}, node.negated ? "in" : "not in");
  if (const auto* texts = std::get_if<dsl::TextList>(&node.set)) Items(texts->items);
  if (const auto* numbers = std::get_if<dsl::IntegerList>(&node.set)) Items(numbers->items);
  const auto* share = std::get_if<dsl::Share>(&node.set);
  if (share == nullptr) return;
  // Half as many: `5%` for `10%`, `10%..15%` for `10%..20%`.
  const uint32_t percent = FindWord(source, share->span.begin, share->span.end, "%");
  const uint32_t dots = FindWord(source, share->span.begin, share->span.end, "..");
  dsl::Span end{source, share->span.begin, percent + 1};
  if (dots < share->span.end) end = {source, SkipBlanks(source, dots + 2), FindWord(source, dots, share->span.end, "%") + 1};
  const uint32_t half = share->from + (share->to - share->from) / 2;
  if (half <= share->from) return;
  std::string text = std::to_string(half / 100);
  if (half % 100 != 0) text += (half % 100 < 10 ? ".0" : ".") + std::to_string(half % 100);
  Replace("value", end, text + "%");
}

void MutationMaker::Atom(const dsl::Condition& atom, const dsl::TextTest& node) {
  const dsl::Span op{atom.span.source, SkipBlanks(atom.span.source, node.path.span.end), node.text.span.begin};
  dsl::Span words = op;
  while (words.end > words.begin && Source(words.source)[words.end - 1] == ' ') --words.end;
  const dsl::Type type = node.path.slot < policy_.slots.size() ? policy_.slots[node.path.slot].type : dsl::Type::kString;
  switch (node.op) {
    case dsl::TextOp::kStartsWith: Replace("operator", words, "ends with"); break;
    case dsl::TextOp::kEndsWith: Replace("operator", words, "starts with"); break;
    case dsl::TextOp::kContains:
      if (type == dsl::Type::kString) Replace("operator", words, "starts with");
      break;
    case dsl::TextOp::kLike: {
      const std::string_view written = policy_.sources->TextOf(node.text.span);
      const size_t star = written.find('*');
      if (star == std::string_view::npos) break;
      std::string text(written);
      text.erase(star, 1);
      if (text.size() > 2) Replace("value", node.text.span, std::move(text));
      break;
    }
    case dsl::TextOp::kMatches: {
      std::string text(policy_.sources->TextOf(node.text.span));
      if (text.starts_with("/^") && text.size() > 3) {
        text.erase(1, 1);
      } else if (text.ends_with("$/") && text.size() > 3) {
        text.erase(text.size() - 2, 1);
      } else {
        text.insert(1, "^");
      }
      Replace("value", node.text.span, std::move(text));
      break;
    }
  }
}

void MutationMaker::Atom(const dsl::Condition& atom, const dsl::Presence& node) {
  const uint32_t begin = FindWord(atom.span.source, node.path.span.end, atom.span.end, "is");
  if (begin == atom.span.end) return;
  Replace("operator", {atom.span.source, begin, atom.span.end}, node.set ? "is not set" : "is set");
}

void MutationMaker::Atom(const dsl::Condition& atom, const dsl::Bare&) {
  Add("negation", dsl::Cat({"`not` stands before ", Written(atom.span)}), atom.span,
      {{{atom.span.source, atom.span.begin, atom.span.begin}, "not "}});
}

void MutationMaker::Atom(const dsl::Condition& atom, const dsl::ClockTest& node) {
  const uint32_t source = atom.span.source;
  const dsl::Moment& first = node.ranges.front().first;
  const dsl::Moment& last = node.ranges.front().last;
  if (node.compare) {
    const std::string_view op = dsl::Spelling(*node.compare);
    const uint32_t at = FindWord(source, atom.span.begin, first.span.begin, op);
    if (at < first.span.begin) {
      Replace("operator", {source, at, at + static_cast<uint32_t>(op.size())}, std::string(OtherWay(*node.compare)));
    }
  } else {
    const uint32_t in = FindWord(source, atom.span.begin, first.span.begin, "in");
    const uint32_t no = node.negated ? FindWord(source, atom.span.begin, first.span.begin, "not") : in;
    if (in < first.span.begin) Replace("operator", {source, no, in + 2}, node.negated ? "in" : "not in");
    if (first.span.begin < last.span.begin && first.value != last.value) {
      const std::string begin(policy_.sources->TextOf(first.span));
      const std::string end(policy_.sources->TextOf(last.span));
      Add("value", dsl::Cat({dsl::Tick(begin), " and ", dsl::Tick(end), " are exchanged"}), first.span,
          {{first.span, end}, {last.span, begin}});
    }
  }
  const std::string zone = node.zone.value == "UTC" ? "\"Asia/Tokyo\"" : "\"UTC\"";
  Replace("value", node.zone.span, zone);
}

template void MutationMaker::Items(const dsl::Few<dsl::Text>& items);
template void MutationMaker::Items(const dsl::Few<dsl::Integer>& items);

}  // namespace keyrule::analysis
