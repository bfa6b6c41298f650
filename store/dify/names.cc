#include "store/dify/names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace keyrule::store {
namespace {

constexpr std::string_view kOrganisation = "langgenius/";

// The plugin that a bare name stands for: of its own name, but for one.
std::string_view PluginOf(std::string_view provider) {
  return provider == "google" ? std::string_view("gemini") : provider;
}

}  // namespace

std::string ProviderName(std::string_view stored) {
  std::string_view rest = stored;
  if (!rest.starts_with(kOrganisation)) return std::string(stored);
  rest.remove_prefix(kOrganisation.size());
  const size_t slash = rest.find('/');
  if (slash == std::string_view::npos) return std::string(stored);
  const std::string_view plugin = rest.substr(0, slash);
  const std::string_view provider = rest.substr(slash + 1);
  // Another plugin's provider has no bare name: that would lead to this one's.
  if (provider.empty() || plugin != PluginOf(provider)) return std::string(stored);
  return std::string(provider);
}

std::string ModelTypeName(std::string_view stored) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOld = {
      {{"text-generation", "llm"}, {"embeddings", "text-embedding"}, {"reranking", "rerank"}}};
  const auto* const found = std::find_if(
      kOld.begin(), kOld.end(), [stored](const auto& pair) { return pair.first == stored; });
  return std::string(found == kOld.end() ? stored : found->second);
}

}  // namespace keyrule::store
