// What a decision log says of use: decisions, what became of their calls, tokens and money, by any names of the record.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "evaluator/hash.h"
#include "plugin_api/command/decision_log_line.h"
#include "plugin_api/command/price_table.h"

namespace keyrule::command {

// One name of the record that use is counted by: "credential", "app", "tag.cost_center", …
class UsageName {
 public:
  // Nothing: there is no such name.
  static std::optional<UsageName> Of(std::string_view text);
  // All of them, `tag.NAME` for any tag; for help and errors.
  static std::vector<std::string_view> All();

  const std::string& text() const { return text_; }
  // Empty: the decision has none.
  std::string ValueIn(const DecisionLogLine& decided) const;

 private:
  std::string text_;
  std::string DecisionLogLine::*member_ = nullptr;
  std::string DecisionLogLine::*instead_ = nullptr;  // where that is empty
  std::string tag_;                                  // of tag.NAME
  size_t of_time_ = 0;                               // characters of the moment that count
};

// Names whose values together make a row.
using UsageNames = std::vector<UsageName>;

constexpr std::array<std::string_view, 4> kUsageVerdicts = {"use", "deny", "wait", "host"};
constexpr std::array<std::string_view, 7> kUsageOutcomes = {"ok",        "rate_limited", "unauthorized", "out_of_credit",
                                                            "timed_out", "server_error", "caller_error"};

struct UsageRow {
  std::array<uint64_t, kUsageVerdicts.size()> verdicts{};
  uint64_t retries = 0;      // decisions after a failure of the same call, among them
  uint64_t unreported = 0;   // `use` of which no outcome is in the record
  std::array<uint64_t, kUsageOutcomes.size()> outcomes{};  // of calls: a decision may serve several
  uint64_t tokens = 0;
  uint64_t unpriced_tokens = 0;  // of calls that neither the host nor the price table has a price for
  // What hosts reported, and tokens by the price table, in 10^-12 US dollars, so that sums round once.
  evaluator::Wide cost_pico_usd = 0;

  uint64_t decisions() const;
  uint64_t calls() const;
  uint64_t cost_micro_usd() const;  // rounded
};

// Rows by their values, in the order of these.
using UsageTable = std::map<std::vector<std::string>, UsageRow>;

class UsageCount {
 public:
  // `all_tags`: the last table counts each tag of a decision by itself, as "name=value". Borrows the prices.
  UsageCount(std::vector<UsageNames> by, bool all_tags, const PriceTable& prices);

  void AddDecision(const DecisionLogLine& decided);
  // Of a decision that was not added: nothing.
  void AddReport(const DecisionLogLine& reported);
  // Reports of decisions that were not added.
  uint64_t strays() const { return strays_; }

  const std::vector<UsageTable>& tables() const { return tables_; }
  uint64_t decisions() const { return by_id_.size(); }

 private:
  // Which rows a decision stands in: `count` of rows_ from `first`.
  struct Known {
    size_t first;
    uint32_t count;
    uint32_t price;
    bool reported;
    bool used;
  };
  static constexpr uint32_t kNoPrice = UINT32_MAX;

  const std::vector<UsageNames> by_;
  const bool all_tags_;
  const PriceTable& prices_;
  uint64_t strays_ = 0;
  std::vector<UsageTable> tables_;
  std::vector<UsageRow*> rows_;
  std::unordered_map<std::string, Known> by_id_;
};

}  // namespace keyrule::command
