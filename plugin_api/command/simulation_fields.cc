#include "plugin_api/command/simulation_fields.h"

#include <algorithm>

#include "dsl/suggest.h"
#include "evaluator/literals.h"

namespace keyrule::command::simulation {
namespace {

using Kind = store::JsonNode::Kind;

constexpr int64_t kLongest = kMaxHours * kHourMs;

std::string At(const std::string& pointer, const char* name) { return pointer + "/" + name; }

}  // namespace

int64_t ScenarioFields::ReadInteger(const Node& node, const std::string& pointer, int64_t least, int64_t most) {
  if (!Is(node, Kind::kInteger, pointer, "write a whole number without quotes")) return least;
  if (node.integer >= least && node.integer <= most) return node.integer;
  Error(node.begin, pointer, "this number is not from " + std::to_string(least) + " to " + std::to_string(most),
        "write one that is");
  return least;
}

int64_t ScenarioFields::ReadDuration(const Node& node, const std::string& pointer) {
  constexpr const char* kMend = "write it like \"800ms\", \"30s\", \"5m\" or \"1h\"";
  if (!Is(node, Kind::kString, pointer, kMend)) return 0;
  const std::optional<int64_t> duration = evaluator::ParseDuration(node.text);
  if (!duration || *duration < 0) {
    Error(node.begin, pointer, "this is not a duration", kMend);
  } else if (*duration > kLongest) {
    Error(node.begin, pointer, "this is longer than a week", "write a shorter time");
  } else {
    return *duration;
  }
  return 0;
}

int64_t ScenarioFields::Integer(const Node& object, const std::string& pointer, const char* name, int64_t least,
                                int64_t most, int64_t absent) {
  const Node* node = object.Find(name);
  return node == nullptr ? absent : ReadInteger(*node, At(pointer, name), least, most);
}

int64_t ScenarioFields::Duration(const Node& object, const std::string& pointer, const char* name, int64_t absent) {
  const Node* node = object.Find(name);
  return node == nullptr ? absent : ReadDuration(*node, At(pointer, name));
}

int64_t ScenarioFields::MicroUsd(const Node& object, const std::string& pointer, const char* name) {
  const Node* node = object.Find(name);
  if (node == nullptr) return 0;
  constexpr int64_t kMost = int64_t{1'000'000} * 1'000'000;
  constexpr const char* kMend = "write it in quotes, like \"2.50\"";
  if (!Is(*node, Kind::kString, At(pointer, name), kMend)) return 0;
  const std::optional<int64_t> money = evaluator::ParseMoney(node->text);
  if (money && *money >= 0 && *money <= kMost) return *money;
  Error(node->begin, At(pointer, name), "this is not an amount of money up to a million", kMend);
  return 0;
}

template <typename Read>
Range ScenarioFields::ReadRange(const Node& object, const std::string& pointer, const char* name, const Read& read) {
  const Node* node = object.Find(name);
  if (node == nullptr) return {};
  const std::string at = At(pointer, name);
  if (node->kind != Kind::kArray) {
    const int64_t value = read(*node, at);
    return {value, value};
  }
  if (node->children.size() != 2) {
    Error(node->begin, at, "a range has two ends, and this has " + std::to_string(node->children.size()),
          "write [least, most], or one value");
    return {};
  }
  const Range range{read(node->children[0], at + "/0"), read(node->children[1], at + "/1")};
  if (range.least <= range.most) return range;
  Error(node->begin, at, "the range ends before it begins", "write the lesser value first");
  return {};
}

Range ScenarioFields::Integers(const Node& object, const std::string& pointer, const char* name, int64_t most) {
  return ReadRange(object, pointer, name,
                   [&](const Node& node, const std::string& at) { return ReadInteger(node, at, 0, most); });
}

Range ScenarioFields::Durations(const Node& object, const std::string& pointer, const char* name) {
  return ReadRange(object, pointer, name,
                   [&](const Node& node, const std::string& at) { return ReadDuration(node, at); });
}

bool ScenarioFields::Truth(const Node& object, const std::string& pointer, const char* name, bool absent) {
  const Node* node = object.Find(name);
  if (node == nullptr || !Is(*node, Kind::kBool, At(pointer, name), "write true or false")) return absent;
  return node->boolean;
}

size_t ScenarioFields::Word(const Node& object, const std::string& pointer, const char* name,
                            std::span<const std::string_view> words) {
  const Node* node = object.Find(name);
  if (node == nullptr || !Is(*node, Kind::kString, At(pointer, name), "put it in quotes")) return 0;
  const auto found = std::find(words.begin(), words.end(), node->text);
  if (found != words.end()) return static_cast<size_t>(found - words.begin());
  Error(node->begin, At(pointer, name), std::string("`") + name + "` is never this",
        dsl::Suggest(node->text, {words.begin(), words.end()}, "its values"));
  return 0;
}

std::span<const store::JsonNode> ScenarioFields::Items(const Node& object, const std::string& pointer,
                                                       const char* name) {
  const Node* node = object.Find(name);
  if (node == nullptr || !Is(*node, Kind::kArray, At(pointer, name), "write [ … ]")) return {};
  return node->children;
}

}  // namespace keyrule::command::simulation
