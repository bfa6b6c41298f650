// Makes the mutations of one policy. Private to mutation*.cc.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/analysis/mutation.h"

namespace keyrule::analysis {

inline constexpr size_t kMostEntries = 20;  // of a list or a table that are touched, the first ones

class MutationMaker {
 public:
  explicit MutationMaker(const dsl::Policy& policy);

  std::vector<Mutation> Make();

 private:
  // Where in the policy what follows stands.
  struct Scene {
    std::string place;
    std::vector<uint32_t> rules;
    bool onwards = false;
  };

  // ---- texts
  std::string_view Source(uint32_t source) const { return policy_.sources->at(source).text(); }
  std::string Written(const dsl::Span& span) const;  // on one line, shortened, in ticks
  // The first place of a word, or of a mark, in [begin, end) that stands in no comment and in no text; end: none.
  uint32_t FindWord(uint32_t source, uint32_t begin, uint32_t end, std::string_view word) const;
  // How many of this parenthesis stand there, outside of comments and texts.
  uint32_t CountMark(uint32_t source, uint32_t begin, uint32_t end, char mark) const;
  uint32_t SkipBlanks(uint32_t source, uint32_t at) const;
  // With the line, where nothing else is left of it, or with the blanks before.
  TextEdit Cut(dsl::Span span) const;
  TextEdit CutItem(const dsl::Span& item, const dsl::Span* before, const dsl::Span* after) const;
  Mutation& Add(std::string_view kind, std::string what, const dsl::Span& at, std::vector<TextEdit> edits);
  void Replace(std::string_view kind, const dsl::Span& at, std::string text);
  // "`x` is left out".
  void LeaveOut(std::string_view kind, const dsl::Span& what, TextEdit edit);

  // ---- conditions (mutation_conditions.cc)
  void CollectValues(const dsl::Condition& condition);
  void Condition(const dsl::Condition& condition);
  void Terms(const std::vector<dsl::Condition>& terms, bool all, const dsl::Span& whole);
  void Atom(const dsl::Condition& atom, const dsl::Comparison& node);
  void Atom(const dsl::Condition& atom, const dsl::Membership& node);
  void Atom(const dsl::Condition& atom, const dsl::TextTest& node);
  void Atom(const dsl::Condition& atom, const dsl::Presence& node);
  void Atom(const dsl::Condition& atom, const dsl::Bare& node);
  void Atom(const dsl::Condition& atom, const dsl::ClockTest& node);
  template <class List>
  void Items(const List& items);

  // ---- rules (mutation_chains.cc)
  void Rules();
  void Chain(const dsl::Rule& rule);
  void Use(const dsl::Action& action, const dsl::Use& use);
  void Pool(const dsl::UsePool& use);
  void Credential(const dsl::UseCredential& use);

  // ---- declarations (mutation_declarations.cc)
  void Lets();
  void Tables();
  void Pools();
  void Meters();
  std::vector<uint32_t> RulesOfPool(uint32_t pool) const;

  const dsl::Policy& policy_;
  std::map<std::string, std::vector<std::string>> values_;  // by attribute: texts that conditions compare it with, as written
  std::vector<std::string> credentials_;                    // that the policy names, as written
  Scene scene_;
  std::vector<Mutation> made_;
};

}  // namespace keyrule::analysis
