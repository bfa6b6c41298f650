// Where an attribute has so many globs that their combinations are no classes: whether one combination has a text.
#include <algorithm>

#include "evaluator/analysis/space_slot.h"
#include "evaluator/glob.h"

namespace keyrule::analysis {
namespace {

constexpr int kMostRounds = 64;
constexpr TextRegionLimits kLimits = {4'096, 40'000, 200'000};

}  // namespace

// Only as many globs are looked at as are needed: those that must hold, then each one that the word found so far violates.
GlobWord FindGlobWord(const TextClasses& texts, uint32_t id, const std::vector<bool>& wanted) {
  GlobWord result;
  std::vector<evaluator::Glob> compiled;
  for (const std::string_view glob : texts.globs()) compiled.emplace_back(glob);
  std::vector<size_t> core;
  for (size_t glob = 0; glob < wanted.size(); ++glob) {
    if (wanted[glob]) core.push_back(glob);
  }
  const std::string_view prefix = texts.PrefixOf(id);
  std::vector<std::string_view> prefixes;
  if (!prefix.empty()) prefixes.push_back(prefix);
  for (int round = 0; round < kMostRounds; ++round) {
    std::vector<std::string_view> globs;
    for (const size_t glob : core) globs.push_back(texts.globs()[glob]);
    std::vector<TextRegion> regions;
    const auto taken = [&](std::string_view word) { return texts.IsNamed(texts.ClassOf(word)); };
    if (!FindTextRegions(prefixes, globs, taken, kLimits, &regions)) return result;
    const auto at = std::find(prefixes.begin(), prefixes.end(), prefix);
    const uint32_t deepest = prefix.empty() ? 0 : static_cast<uint32_t>(at - prefixes.begin()) + 1;
    const auto fits = std::find_if(regions.begin(), regions.end(), [&](const TextRegion& region) {
      if (region.prefix != deepest) return false;
      for (size_t i = 0; i < core.size(); ++i) {
        if (region.accepts[i] != wanted[core[i]]) return false;
      }
      return true;
    });
    if (fits == regions.end()) {
      result.answer = GlobWord::Answer::kImpossible;
      result.core = std::move(core);
      return result;
    }
    bool violated = false;
    const uint32_t word_class = texts.ClassOf(fits->word);
    if (word_class != id) {  // it has a longer prefix
      prefixes.push_back(texts.PrefixOf(word_class));
      std::sort(prefixes.begin(), prefixes.end());
      violated = true;
    }
    for (size_t glob = 0; glob < wanted.size() && !violated; ++glob) {
      if (compiled[glob].Matches(fits->word) == wanted[glob]) continue;
      core.push_back(glob);
      violated = true;
    }
    if (violated) continue;
    result.answer = GlobWord::Answer::kFound;
    result.word = fits->word;
    return result;
  }
  return result;
}

}  // namespace keyrule::analysis
