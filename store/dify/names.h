// The two spellings that Dify's columns hold, brought to the one that policies use.

#pragma once

#include <string>
#include <string_view>

namespace keyrule::store {

// "langgenius/openai/openai" and "openai" are "openai", "langgenius/gemini/google" is "google"; what
// is not langgenius's keeps its three parts. As in Dify a bare name stands for langgenius's plugin
// of that name.
std::string ProviderName(std::string_view stored);

// "text-generation" is "llm", "embeddings" is "text-embedding", "reranking" is "rerank"; all else
// stays.
std::string ModelTypeName(std::string_view stored);

}  // namespace keyrule::store
