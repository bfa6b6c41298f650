#include "evaluator/analysis/mutation.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "dsl/wording.h"
#include "evaluator/analysis/mutation_maker.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {
namespace {

constexpr size_t kWidestPiece = 60;

bool IsWordChar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}
bool IsBlankChar(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

std::vector<std::string_view> MutationKinds() {
  return {"operator", "value", "connective", "negation", "condition", "order", "rule", "else", "answer",
          "pool",     "strategy", "limit", "tag", "retry", "member", "weight", "tier", "cooling", "table"};
}

bool Encloses(const dsl::Span& outer, const dsl::Span& inner) {
  return inner.source == outer.source && outer.begin <= inner.begin && inner.end <= outer.end;
}

std::string Edited(std::string_view text, const std::vector<TextEdit>& edits) {
  std::string edited;
  size_t at = 0;
  for (const TextEdit& edit : edits) {
    edited += text.substr(at, edit.span.begin - at);
    edited += edit.text;
    at = edit.span.end;
  }
  edited += text.substr(at);
  return edited;
}

std::vector<Mutation> MutationsOf(const dsl::Policy& policy) { return MutationMaker(policy).Make(); }

MutationMaker::MutationMaker(const dsl::Policy& policy) : policy_(policy) {
  for (const dsl::Rule& rule : policy_.rules) {
    if (rule.when) CollectValues(*rule.when);
  }
  for (const dsl::Let& let : policy_.lets) {
    if (const auto* named = std::get_if<dsl::Condition>(&let.value)) CollectValues(*named);
  }
  for (const evaluator::Credential& credential : evaluator::CredentialsOfPolicy(policy_)) {
    const std::string written = dsl::InQuotes(credential.name);
    if (std::find(credentials_.begin(), credentials_.end(), written) == credentials_.end()) credentials_.push_back(written);
  }
}

std::vector<Mutation> MutationMaker::Make() {
  Lets();
  Tables();
  Pools();
  Meters();
  Rules();
  // As they stand in the files; the same edit once.
  std::stable_sort(made_.begin(), made_.end(), [](const Mutation& a, const Mutation& b) {
    return std::tuple(a.at.source, a.at.begin, a.at.end) < std::tuple(b.at.source, b.at.begin, b.at.end);
  });
  std::set<std::vector<std::tuple<uint32_t, uint32_t, uint32_t, std::string>>> seen;
  std::erase_if(made_, [&](const Mutation& mutation) {
    std::vector<std::tuple<uint32_t, uint32_t, uint32_t, std::string>> key;
    for (const TextEdit& edit : mutation.edits) key.emplace_back(edit.span.source, edit.span.begin, edit.span.end, edit.text);
    return !seen.insert(std::move(key)).second;
  });
  return std::move(made_);
}

std::string MutationMaker::Written(const dsl::Span& span) const {
  return dsl::Tick(evaluator::Shorten(evaluator::OneLine(policy_.sources->TextOf(span)), kWidestPiece));
}

uint32_t MutationMaker::FindWord(uint32_t source, uint32_t begin, uint32_t end, std::string_view word) const {
  const std::string_view text = Source(source);
  const bool letters = IsWordChar(word[0]);
  for (uint32_t at = begin; at < end;) {
    if (text[at] == '#') {
      while (at < end && text[at] != '\n') ++at;
    } else if (text[at] == '"') {
      for (++at; at < end && text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
      ++at;
    } else if (text.substr(at, word.size()) == word && at + word.size() <= end &&
               (!letters || ((at == 0 || !IsWordChar(text[at - 1])) && !IsWordChar(text[at + word.size()])))) {
      return at;
    } else {
      ++at;
    }
  }
  return end;
}

uint32_t MutationMaker::CountMark(uint32_t source, uint32_t begin, uint32_t end, char mark) const {
  uint32_t count = 0;
  for (uint32_t at = begin; (at = FindWord(source, at, end, std::string(1, mark))) < end; ++at) ++count;
  return count;
}

uint32_t MutationMaker::SkipBlanks(uint32_t source, uint32_t at) const {
  const std::string_view text = Source(source);
  while (at < text.size() && IsBlankChar(text[at])) ++at;
  return at;
}

TextEdit MutationMaker::Cut(dsl::Span span) const {
  const std::string_view text = Source(span.source);
  uint32_t line = span.begin, rest = span.end;
  while (line > 0 && (text[line - 1] == ' ' || text[line - 1] == '\t')) --line;
  while (rest < text.size() && (text[rest] == ' ' || text[rest] == '\t' || text[rest] == '\r')) ++rest;
  const bool begins = line == 0 || text[line - 1] == '\n';
  const bool ends = rest == text.size() || text[rest] == '\n';
  if (begins && ends) {
    span = {span.source, line, std::min(rest + 1, static_cast<uint32_t>(text.size()))};
  } else if (begins) {
    span.end = rest;
  } else {
    span.begin = line;
  }
  return {span, {}};
}

// An item goes with one comma.
TextEdit MutationMaker::CutItem(const dsl::Span& item, const dsl::Span* before, const dsl::Span* after) const {
  dsl::Span span = item;
  if (after != nullptr) {
    span.end = after->begin;
  } else if (before != nullptr) {
    span.begin = before->end;
  }
  return {span, {}};
}

Mutation& MutationMaker::Add(std::string_view kind, std::string what, const dsl::Span& at, std::vector<TextEdit> edits) {
  Mutation& mutation = made_.emplace_back();
  mutation.kind = kind;
  mutation.place = scene_.place;
  mutation.what = std::move(what);
  mutation.at = at;
  mutation.edits = std::move(edits);
  mutation.rules = scene_.rules;
  mutation.onwards = scene_.onwards;
  return mutation;
}

void MutationMaker::Replace(std::string_view kind, const dsl::Span& at, std::string text) {
  std::string what = dsl::Cat({Written(at), " became ", dsl::Tick(text)});
  Add(kind, std::move(what), at, {{at, std::move(text)}});
}

void MutationMaker::LeaveOut(std::string_view kind, const dsl::Span& what, TextEdit edit) {
  Add(kind, Written(what) + " is left out", what, {std::move(edit)});
}

}  // namespace keyrule::analysis
