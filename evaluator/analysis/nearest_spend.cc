#include "evaluator/analysis/nearest_spend.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evaluator/analysis/spend_split.h"
#include "evaluator/compiler.h"
#include "evaluator/field.h"
#include "evaluator/mentioned_values.h"

namespace keyrule::analysis {
namespace {

using evaluator::Credential;
using evaluator::Program;
using Answer = NearestChange::Answer;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kMostTime{2};
constexpr size_t kMostNamed = 16;      // credentials of one name that are looked at
constexpr size_t kMostProviders = 16;  // for which one of every provider is

class SpendFinder {
 public:
  SpendFinder(const Program& program, std::span<const evaluator::Value> values, int64_t now_ms)
      : program_(program), values_(values), now_ms_(now_ms), end_(Clock::now() + kMostTime) {}

  NearestSpend Find(std::span<const Credential> named) {
    named_ = named;
    for (const Credential& credential : named.first(std::min(named.size(), kMostNamed))) Try(credential);
    is_decided_ = is_decided_ && named.size() <= kMostNamed;
    if (least_.change.answer != Answer::kFound) least_.change.answer = is_decided_ ? Answer::kNone : Answer::kNotDecided;
    return std::move(least_);
  }

 private:
  void Try(const Credential& credential) {
    if (!credential.provider.empty() || !AsksForProvider()) return TryFor(credential, credential.provider);
    // One for every provider is that of whichever a call is for.
    std::set<std::string, std::less<>> providers = evaluator::MentionedValues(*program_.policy).Of("provider").texts;
    if (program_.provider_slot != dsl::kUnresolved) providers.emplace(values_[program_.provider_slot].text());
    std::string other = "other";
    while (providers.contains(other)) other += "-2";
    providers.insert(other);
    providers.erase("");
    size_t tried = 0;
    for (const std::string& provider : providers) {
      if (++tried > kMostProviders) break;
      TryFor(credential, provider);
    }
    is_decided_ = false;  // a pattern may tell more of them apart
  }

  void TryFor(const Credential& credential, std::string_view provider) {
    const bool is_meant = IsMeant(credential);
    TryAs({.credential = credential, .provider = provider, .by_name = is_meant});
    // A name says more than an id, which may be there already.
    if (credential.id == credential.name || credential.id.empty()) return;
    TryAs({.credential = credential, .provider = provider, .by_name = is_meant, .by_id = true});
  }

  // Whether its name means it in some calls, though there are others of that name.
  bool IsMeant(const Credential& credential) const {
    const auto covers = [](const std::string& all, const std::string& one) { return all.empty() || all == one; };
    return std::none_of(named_.begin(), named_.end(), [&](const Credential& other) {
      return covers(other.provider, credential.provider) && covers(other.model, credential.model) &&
             covers(other.model_type, credential.model_type) && evaluator::CountsBefore(other, credential);
    });
  }

  void TryAs(SpendQuestion question) {
    if (Clock::now() >= end_) {
      is_decided_ = false;
      return;
    }
    const SpendSplit split = SplitBySpend(program_, question);
    if (Ask(split) || !split.depends_on_others) return;
    question.past_names = true;
    const SpendSplit wider = SplitBySpend(program_, question);
    const NearestSpend before = std::exchange(least_, {});
    if (Ask(wider)) is_decided_ = false;
    least_ = before;
  }

  // Whether any was found.
  bool Ask(const SpendSplit& split) {
    if (!split.is_whole) is_decided_ = false;
    const auto program = evaluator::Compile(split.policy);
    PolicyModel model(program->policy);
    NearestFinder finder(&model, *program, values_, now_ms_, end_);
    bool any = false;
    for (const SpendSplit::Place& place : split.places) {
      NearestChange change = finder.Find(place.at);
      if (change.answer == Answer::kNotDecided) is_decided_ = false;
      if (change.answer != Answer::kFound) continue;
      any = true;
      if (IsLess(change, place.arm)) least_ = {std::move(change), place.rule, place.arm};
    }
    return any;
  }

  bool IsLess(const NearestChange& change, uint32_t arm) const {
    if (least_.change.answer != Answer::kFound) return true;
    return std::pair(SizeOf(change), arm) < std::pair(SizeOf(least_.change), least_.arm);
  }

  static size_t SizeOf(const NearestChange& change) { return change.changes.size() + (change.clock_ms ? 1 : 0); }

  // Whether a pool, or a `where` of a rule, asks for the provider of credentials.
  bool AsksForProvider() const {
    constexpr std::string_view kProvider = "provider";
    const auto narrows_by_it = [&](const dsl::Rule& rule) {
      return std::any_of(rule.chain.actions.begin(), rule.chain.actions.end(), [&](const dsl::Action& action) {
        const auto* use = std::get_if<dsl::Use>(&action.what);
        const auto* pool = use != nullptr ? std::get_if<dsl::UsePool>(&use->what) : nullptr;
        return pool != nullptr && pool->narrow && pool->narrow->field.text == kProvider;
      });
    };
    const auto is_it = [&](const evaluator::CredentialField& field) { return field.Of(Credential(), kProvider) == kProvider; };
    const dsl::Policy& policy = *program_.policy;
    return std::any_of(program_.fields.begin(), program_.fields.end(), is_it) ||
           std::any_of(policy.rules.begin(), policy.rules.end(), narrows_by_it) || narrows_by_it(policy.fallback);
  }

  const Program& program_;
  const std::span<const evaluator::Value> values_;
  std::span<const Credential> named_;
  const int64_t now_ms_;
  const Clock::time_point end_;
  NearestSpend least_;
  bool is_decided_ = true;  // what was not found is not there
};

}  // namespace

NearestSpend FindNearestSpend(const Program& program, std::span<const evaluator::Value> values, int64_t now_ms,
                              std::span<const Credential> named) {
  return SpendFinder(program, values, now_ms).Find(named);
}

}  // namespace keyrule::analysis
