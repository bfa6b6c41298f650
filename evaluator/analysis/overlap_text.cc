#include "evaluator/analysis/overlap_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "dsl/wording.h"

namespace keyrule::analysis {

std::string OverlapText(const Reach& reach) {
  if (!reach.gave_up() && !reach.out_of_time()) return {};
  constexpr size_t kMostNamed = 4;
  std::vector<std::string_view> paths;
  for (const uint32_t variable : reach.gave_up().value_or(std::vector<uint32_t>())) {
    const std::string_view path = reach.space().PathOf(variable);
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  std::string text = "overlap in too many ways";
  if (paths.empty()) return text + "; compare fewer attributes by `!=` and `not in`";
  const size_t named = std::min(paths.size(), kMostNamed);
  const size_t more = paths.size() - named;
  for (size_t i = 0; i < named; ++i) {
    text += i == 0 ? " by " : i + 1 == paths.size() ? " and " : ", ";
    text += dsl::Tick(paths[i]);
  }
  if (more > 0) text += dsl::Cat({" and ", std::to_string(more), " more attribute", more > 1 ? "s" : ""});
  return text + (paths.size() == 1 ? "; ask about it in fewer ways" : "; ask about fewer of these in one rule");
}

}  // namespace keyrule::analysis
