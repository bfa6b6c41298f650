#include "evaluator/analysis/mutant_scenes.h"

#include <algorithm>
#include <string>
#include <utility>

#include "dsl/wording.h"
#include "evaluator/analysis/entry_scenes.h"
#include "evaluator/analysis/example_text.h"
#include "evaluator/analysis/expected_text.h"
#include "evaluator/analysis/pool_member.h"
#include "evaluator/analysis/scene_maker.h"
#include "evaluator/analysis/winner_change.h"
#include "evaluator/test_world.h"

namespace keyrule::analysis {
namespace {

using dsl::Cat;
using Steps = std::vector<std::string>;

constexpr size_t kMostTouched = 3;  // rules whose requests are taken
constexpr size_t kMostSkipped = 4;  // candidates whose reason is expected

// Credentials that a pool's condition takes in before or after, and not both.
std::vector<CredentialFields> FieldsThatTell(const dsl::Policy& policy, const Mutation& mutation, const dsl::Policy& mutant) {
  std::vector<CredentialFields> all;
  for (size_t index = 0; index < policy.pools.size() && index < mutant.pools.size(); ++index) {
    const auto& before = policy.pools[index].members;
    const auto& after = mutant.pools[index].members;
    for (size_t i = 0; i < before.size() && before.size() == after.size(); ++i) {
      const auto* was = std::get_if<dsl::Condition>(&before[i].what);
      const auto* is = std::get_if<dsl::Condition>(&after[i].what);
      if (was == nullptr || is == nullptr || !Encloses(was->span, mutation.at)) continue;
      for (const auto& [in, out] : {std::pair(was, is), std::pair(is, was)}) {
        dsl::Not outside;
        outside.term.push_back(*out);
        dsl::All both;
        both.terms.push_back(*in);
        both.terms.push_back(dsl::Condition{std::move(outside), out->span});
        if (auto fields = FieldsFor(mutant, dsl::Condition{std::move(both), in->span}, {})) all.push_back(std::move(*fields));
      }
    }
  }
  return all;
}

}  // namespace

std::vector<Steps> ScenesFor(const std::shared_ptr<const evaluator::Program>& program, const Mutation& mutation,
                             const std::shared_ptr<const evaluator::Program>& mutant, TestSuggester* suggester) {
  SceneMaker maker(*program->policy);
  const WinnerChange change = ChangeOfWinner(*program->policy, mutation, *mutant->policy);
  for (const Example& request : change.requests) maker.Add(RequestSteps(request));
  std::vector<uint32_t> rules = mutation.rules;
  if (rules.size() > kMostTouched) rules.resize(kMostTouched);
  if (mutation.onwards && mutation.place.find("rule ") != 0) {
    // Of something that any rule may use.
    rules.clear();
    for (uint32_t rule = 0; rule <= program->policy->rules.size() && rule < SceneMaker::kMostItems; ++rule) rules.push_back(rule);
  }
  for (Steps& steps : ScenesOfEntry(program->policy, mutation)) maker.Add(std::move(steps));
  maker.AddSuggested(suggester, *program, rules);
  if (mutation.removed == dsl::kUnresolved) {
    TestSuggester of_mutant(mutant);
    maker.AddSuggested(&of_mutant, *mutant, rules);
  }
  for (CredentialFields& fields : FieldsThatTell(*program->policy, mutation, *mutant->policy)) maker.AddCredential(std::move(fields));
  if (change.requests.empty()) maker.AddVariants(rules);
  return maker.Take();
}

std::vector<std::string> ExpectationsOf(const evaluator::Session& session) {
  std::vector<std::string> all;
  const evaluator::Decision* decision = session.last();
  if (decision == nullptr) return all;
  const std::string plain = ExpectedText(*decision, *session.program().policy);
  all.push_back(plain);
  std::string tags;
  for (const evaluator::TagValue& tag : decision->tags) {
    tags += Cat({", tag ", tag.name, " = ", dsl::InQuotes(tag.value)});
  }
  if (!tags.empty()) all.push_back(plain + tags);
  if (session.tally().all > 1 && !session.tally().credentials.empty()) {
    std::string counts;
    for (const auto& [name, count] : session.tally().credentials) {
      counts += Cat({counts.empty() ? "" : ", ", std::to_string(count), " on ", dsl::InQuotes(name)});
    }
    all.push_back("expect " + counts);
  }
  if (decision->credential != nullptr) {
    const std::string exact = plain.substr(0, plain.find(", credential"));
    all.push_back(Cat({exact, ", credential ", dsl::InQuotes(decision->credential->name)}));
  }
  size_t skipped = 0;
  for (const evaluator::Candidate& candidate : decision->candidates) {
    if (candidate.why == evaluator::Skip::kNone || ++skipped > kMostSkipped) continue;
    all.push_back(Cat({plain, ", skipped ", dsl::InQuotes(candidate.name), " as ", ToString(candidate.why)}));
  }
  if (decision->verdict == evaluator::Verdict::kWait) {
    all.push_back(Cat({plain.substr(0, plain.find(", wait")), ", wait ", std::to_string(decision->retry_after_ms), "ms"}));
  }
  return all;
}

}  // namespace keyrule::analysis
