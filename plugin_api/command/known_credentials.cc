#include "plugin_api/command/known_credentials.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <map>
#include <set>

#include "dsl/limits.h"
#include "dsl/suggest.h"
#include "evaluator/glob.h"
#include "evaluator/typeset.h"

namespace keyrule::command {
namespace {

using evaluator::Credential;

bool CanBeSpent(const Credential& credential) {
  return evaluator::UsableAt(credential, int64_t{1000} * std::time(nullptr));
}

std::string_view LabelOf(const Credential& credential, std::string_view key) {
  for (const auto& [name, value] : credential.labels) {
    if (name == key) return value;
  }
  return {};
}

bool TakesOne(const Pick& pick, const Credential& credential) {
  switch (pick.kind) {
    case Pick::Kind::kName:
      return credential.name == pick.text;
    case Pick::Kind::kLike:
      return evaluator::Glob(pick.text).Matches(credential.name);
    case Pick::Kind::kLabel:
      return LabelOf(credential, pick.key) == pick.text;
    case Pick::Kind::kAll:
      return true;
    case Pick::Kind::kOthers:
      break;
  }
  return false;
}

// Takes ` weight 3` off the end of the word. False: the number is none.
bool TakeWeight(std::string_view* word, uint32_t* weight, Problem* problem) {
  constexpr std::string_view kWeight = " weight ";
  const size_t at = word->rfind(kWeight);
  if (at == std::string_view::npos || at == 0) return true;
  const std::string_view number = word->substr(at + kWeight.size());
  const char* const end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, *weight);
  if (error != std::errc() || stop != end || *weight < 1 || *weight > dsl::kMaxWeight) {
    *problem = {"`" + std::string(number) + "` is no weight", "weights go from 1 to " + std::to_string(dsl::kMaxWeight)};
    return false;
  }
  *word = word->substr(0, at);
  return true;
}

// `labels.stage=production`.
std::optional<Pick> LabelIn(std::string_view word) {
  constexpr std::string_view kLabels = "labels.";
  const size_t equals = word.find('=');
  if (!word.starts_with(kLabels) || equals == std::string_view::npos) return std::nullopt;
  Pick pick{Pick::Kind::kLabel, std::string(word.substr(equals + 1)),
            std::string(word.substr(kLabels.size(), equals - kLabels.size()))};
  if (pick.key.empty() || pick.text.empty()) return std::nullopt;
  return pick;
}

}  // namespace

Exit KnownCredentials::Read(const CredentialInput& input, const Options& options) {
  ReadRows read;
  if (const Exit exit = ReadCredentials(input, options, RowsOf::kCredential, &read); exit != Exit::kYes) return exit;
  any_source_ = read.rows.has_value();
  if (any_source_) all_ = *std::move(read.rows);
  if (any_source_ && all_.empty()) {
    return options.Wrong("there is no credential to choose from",
                         input.store.empty() ? "leave out `--catalog` to write names that are to come"
                                             : "`keyrule list --store " + input.store +
                                                   "` shows what there is; without `--store` you write names that are to come");
  }
  Narrow({});
  return Exit::kYes;
}

std::vector<std::pair<std::string, size_t>> KnownCredentials::Providers() const {
  std::map<std::string, size_t> counts;
  for (const Credential& credential : all_) {
    if (!credential.provider.empty()) ++counts[credential.provider];
  }
  return {counts.begin(), counts.end()};
}

void KnownCredentials::Narrow(const std::vector<std::string>& providers) {
  narrowed_.clear();
  for (const Credential& credential : all_) {
    if (providers.empty() || credential.provider.empty() ||
        std::find(providers.begin(), providers.end(), credential.provider) != providers.end()) {
      narrowed_.push_back(&credential);
    }
  }
}

std::vector<std::string> KnownCredentials::UsableNames() const {
  std::set<std::string> names;
  for (const Credential* credential : narrowed_) {
    if (CanBeSpent(*credential)) names.insert(credential->name);
  }
  return {names.begin(), names.end()};
}

std::vector<std::string> KnownCredentials::Names() const {
  std::vector<std::string> names = UsableNames();
  const std::set<std::string> usable(names.begin(), names.end());
  std::set<std::string> others;
  for (const Credential* credential : narrowed_) {
    if (!usable.contains(credential->name)) others.insert(credential->name);
  }
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

std::vector<std::pair<Pick, size_t>> KnownCredentials::Labels() const {
  std::map<std::pair<std::string, std::string>, size_t> counts;
  for (const Credential* credential : narrowed_) {
    for (const auto& label : credential->labels) {
      if (!label.second.empty()) ++counts[label];
    }
  }
  std::vector<std::pair<Pick, size_t>> labels;
  for (const auto& [label, count] : counts) {
    labels.push_back({Pick{Pick::Kind::kLabel, label.second, label.first}, count});
  }
  return labels;
}

bool KnownCredentials::HasName(std::string_view name) const {
  return std::any_of(narrowed_.begin(), narrowed_.end(),
                     [&](const Credential* credential) { return credential->name == name; });
}

bool KnownCredentials::TakesAny(const Pick& pick) const {
  return std::any_of(narrowed_.begin(), narrowed_.end(),
                     [&](const Credential* credential) { return TakesOne(pick, *credential); });
}

std::optional<Pick> KnownCredentials::PickOf(std::string_view word, bool others_allowed, Problem* problem) const {
  if (HasName(word)) return Pick{Pick::Kind::kName, std::string(word)};
  if (const std::optional<Pick> label = LabelIn(word); label && TakesAny(*label)) return label;
  Pick pick;
  if (!TakeWeight(&word, &pick.weight, problem)) return std::nullopt;
  pick.text = std::string(word);
  if (word.empty()) {
    *problem = {"a credential has a name", "write one, or `all`"};
    return std::nullopt;
  }
  if (HasName(word)) return pick;
  if (word == "all") return pick.kind = Pick::Kind::kAll, pick;
  if (word == "others" && others_allowed) return pick.kind = Pick::Kind::kOthers, pick;
  if (std::optional<Pick> label = LabelIn(word)) {
    label->weight = pick.weight;
    pick = *std::move(label);
  } else if (word.starts_with("labels.") && word.find('=') != std::string_view::npos) {
    *problem = {"`" + std::string(word) + "` is no label", "write `labels.stage=production`"};
    return std::nullopt;
  } else if (word.find('*') != std::string_view::npos) {
    pick.kind = Pick::Kind::kLike;
  }
  if (!any_source_) return pick;
  if (pick.kind != Pick::Kind::kName) {
    if (TakesAny(pick)) return pick;
    *problem = {"`" + std::string(word) + "` takes none of the " + evaluator::Count(narrowed_.size(), "credential") + " there",
                "`keyrule list` shows their names and labels"};
    return std::nullopt;
  }
  const std::vector<std::string> names = Names();
  *problem = {"no credential is named `" + std::string(word) + "`",
              dsl::Suggest(word, {names.begin(), names.end()}, "names", "none serves these providers")};
  return std::nullopt;
}

bool KnownCredentials::Takes(const std::vector<Pick>& picks, const std::vector<Pick>& first, const Credential& credential) {
  return std::any_of(picks.begin(), picks.end(), [&](const Pick& pick) {
    if (pick.kind == Pick::Kind::kOthers) return !Takes(first, {}, credential);
    return TakesOne(pick, credential);
  });
}

}  // namespace keyrule::command
