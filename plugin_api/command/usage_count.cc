#include "plugin_api/command/usage_count.h"

#include <algorithm>

namespace keyrule::command {
namespace {

constexpr uint64_t kPicoOfMicro = 1'000'000;

struct Known {
  std::string_view text;
  std::string DecisionLogLine::*member;
  std::string DecisionLogLine::*instead;
};
constexpr Known kNames[] = {
    {"credential", &DecisionLogLine::credential, nullptr},
    {"rule", &DecisionLogLine::rule, nullptr},
    {"app", &DecisionLogLine::app_name, &DecisionLogLine::app},
    {"node", &DecisionLogLine::node_title, &DecisionLogLine::node},
    {"workflow", &DecisionLogLine::workflow, nullptr},
    {"user", &DecisionLogLine::user, nullptr},
    {"tenant", &DecisionLogLine::tenant, nullptr},
    {"environment", &DecisionLogLine::environment, nullptr},
    {"pool", &DecisionLogLine::pool, nullptr},
    {"provider", &DecisionLogLine::provider, nullptr},
    {"model", &DecisionLogLine::model, nullptr},
    {"reason", &DecisionLogLine::reason, nullptr},
};
constexpr std::string_view kTag = "tag.";

// As much as can be said: a record may say anything.
uint64_t Plus(uint64_t a, uint64_t b) { return a + std::min(b, UINT64_MAX - a); }

template <size_t kSize>
void CountWord(std::string_view word, const std::array<std::string_view, kSize>& words, std::array<uint64_t, kSize>* counts) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found != words.end()) ++(*counts)[static_cast<size_t>(found - words.begin())];
}

template <size_t kSize>
uint64_t Sum(const std::array<uint64_t, kSize>& counts) {
  uint64_t sum = 0;
  for (const uint64_t count : counts) sum += count;
  return sum;
}

}  // namespace

std::optional<UsageName> UsageName::Of(std::string_view text) {
  UsageName name;
  name.text_ = text;
  for (const Known& known : kNames) {
    if (text != known.text) continue;
    name.member_ = known.member;
    name.instead_ = known.instead;
    return name;
  }
  if (text == "day") name.of_time_ = 10;
  if (text == "hour") name.of_time_ = 13;
  if (text.starts_with(kTag)) name.tag_ = text.substr(kTag.size());
  if (name.of_time_ == 0 && name.tag_.empty()) return std::nullopt;
  return name;
}

std::vector<std::string_view> UsageName::All() {
  std::vector<std::string_view> all;
  for (const Known& known : kNames) all.push_back(known.text);
  all.insert(all.end(), {"day", "hour", "tag", "tag.NAME"});
  return all;
}

std::string UsageName::ValueIn(const DecisionLogLine& decided) const {
  if (member_ != nullptr) {
    const std::string& value = decided.*member_;
    return value.empty() && instead_ != nullptr ? decided.*instead_ : value;
  }
  if (of_time_ != 0) return decided.at.substr(0, of_time_) + (of_time_ > 10 ? "Z" : "");
  const auto tag = std::find_if(decided.tags.begin(), decided.tags.end(), [this](const auto& one) { return one.first == tag_; });
  return tag == decided.tags.end() ? std::string() : tag->second;
}

uint64_t UsageRow::decisions() const { return Sum(verdicts); }
uint64_t UsageRow::calls() const { return Sum(outcomes); }
uint64_t UsageRow::cost_micro_usd() const {
  const evaluator::Wide micro = (cost_pico_usd + kPicoOfMicro / 2) / kPicoOfMicro;
  return micro > UINT64_MAX ? UINT64_MAX : static_cast<uint64_t>(micro);
}

UsageCount::UsageCount(std::vector<UsageNames> by, bool all_tags, const PriceTable& prices)
    : by_(std::move(by)), all_tags_(all_tags), prices_(prices), tables_(by_.size() + (all_tags ? 1 : 0)) {}

void UsageCount::AddDecision(const DecisionLogLine& decided) {
  const auto [at, is_new] = by_id_.try_emplace(decided.id);
  if (!is_new) return;
  Known& known = at->second;
  known.first = rows_.size();
  for (size_t i = 0; i < by_.size(); ++i) {
    std::vector<std::string> key;
    for (const UsageName& name : by_[i]) key.push_back(name.ValueIn(decided));
    rows_.push_back(&tables_[i][std::move(key)]);
  }
  if (all_tags_) {
    for (const auto& [name, value] : decided.tags) rows_.push_back(&tables_.back()[{name + "=" + value}]);
  }
  known.count = static_cast<uint32_t>(rows_.size() - known.first);
  known.reported = false;
  known.used = decided.verdict == kUsageVerdicts[0];
  const size_t price = prices_.Find(decided.provider, decided.model);
  known.price = price == PriceTable::kNone ? kNoPrice : static_cast<uint32_t>(price);
  for (size_t i = known.first; i < rows_.size(); ++i) {
    UsageRow& row = *rows_[i];
    CountWord(decided.verdict, kUsageVerdicts, &row.verdicts);
    if (decided.attempt > 1) ++row.retries;
    if (known.used) ++row.unreported;  // until a report comes
  }
}

void UsageCount::AddReport(const DecisionLogLine& reported) {
  const auto at = by_id_.find(reported.id);
  if (at == by_id_.end()) {
    ++strays_;
    return;
  }
  Known& known = at->second;
  for (size_t i = known.first; i < known.first + known.count; ++i) {
    UsageRow& row = *rows_[i];
    if (known.used && !known.reported) --row.unreported;
    CountWord(reported.outcome, kUsageOutcomes, &row.outcomes);
    row.tokens = Plus(row.tokens, reported.tokens);
    if (reported.cost_micro_usd != DecisionLogLine::kNotSaid) {
      row.cost_pico_usd += static_cast<evaluator::Wide>(reported.cost_micro_usd) * kPicoOfMicro;
    } else if (known.price != kNoPrice) {
      row.cost_pico_usd += static_cast<evaluator::Wide>(reported.tokens) * prices_.micro_usd_per_million(known.price);
    } else {
      row.unpriced_tokens = Plus(row.unpriced_tokens, reported.tokens);
    }
  }
  known.reported = true;
}

}  // namespace keyrule::command
