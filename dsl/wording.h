// The small words of diagnostics: one place, so that all messages speak alike.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/ast.h"

namespace keyrule::dsl {

// One text out of several pieces.
std::string Cat(std::initializer_list<std::string_view> pieces);
// `x`: how user text stands in a message.
std::string Tick(std::string_view text);
// "x": how a text stands in a policy.
std::string InQuotes(std::string_view text);
// At most ten of them, separated by commas; "…" stands for the others.
std::string ListOf(const std::vector<std::string_view>& items);
// 1000000 as "1,000,000".
std::string Thousands(uint64_t number);

std::string_view WithArticle(Type type);  // "an int"
std::string_view Example(Type type);      // how a value of it is written: `10`
std::string_view Spelling(CompareOp op);  // "=="
std::string_view Spelling(TextOp op);     // "starts with"
std::string_view Spelling(StrategyKind kind);

}  // namespace keyrule::dsl
