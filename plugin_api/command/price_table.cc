#include "plugin_api/command/price_table.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "dsl/suggest.h"
#include "store/located_json.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

using store::JsonNode;
using Kind = JsonNode::Kind;

constexpr size_t kMostBytes = size_t{16} << 20;
constexpr uint64_t kMostMicroUsd = uint64_t{1'000'000} * 1'000'000;  // a million dollars for a million tokens
constexpr std::string_view kPriceNames[] = {"provider", "model", "usd_per_million_tokens"};
constexpr std::string_view kPriceMend = "write dollars for a million tokens with at most six decimals, as in \"2.50\"";

// "2.50" in millionths. Decimals as people write them: a binary fraction has no 0.1.
std::optional<uint64_t> MicroUsd(std::string_view text) {
  uint64_t micro = 0;
  size_t decimals = 0;
  bool point = false;
  if (text.empty() || text.front() == '.' || text.back() == '.') return std::nullopt;
  for (const char c : text) {
    if (c == '.' && !point) {
      point = true;
      continue;
    }
    if (c < '0' || c > '9' || decimals == 6) return std::nullopt;
    decimals += point ? 1 : 0;
    micro = 10 * micro + static_cast<uint64_t>(c - '0');
    if (micro > kMostMicroUsd) return std::nullopt;
  }
  for (; decimals < 6; ++decimals) micro *= 10;
  return micro <= kMostMicroUsd ? std::optional(micro) : std::nullopt;
}

class PriceReader {
 public:
  PriceReader(const std::string& path, std::string_view text, const Console& console)
      : path_(path), text_(text), console_(console) {}

  bool ok() const { return ok_; }
  void Wrong(size_t offset, std::string what, std::string mend) {
    const store::TextPlace place = store::PlaceOf(text_, offset);
    console_.Error(Problem{std::move(what), std::move(mend), path_, place.line, place.column});
    ok_ = false;
  }
  // Null: it is wrong, and said.
  const JsonNode* Member(const JsonNode& node, std::string_view name, std::string_view mend) {
    const JsonNode* member = node.Find(name);
    if (member == nullptr) Wrong(node.begin, "`" + std::string(name) + "` is missing", std::string(mend));
    return member;
  }
  std::optional<std::string> Pattern(const JsonNode& node, std::string_view name) {
    const std::string mend = "write a name, or a pattern with * for any run of characters";
    const JsonNode* member = Member(node, name, mend);
    if (member == nullptr) return std::nullopt;
    if (member->kind == Kind::kString && !member->text.empty()) return member->text;
    Wrong(member->begin, "`" + std::string(name) + "` is no name", mend);
    return std::nullopt;
  }
  std::optional<uint64_t> Price(const JsonNode& node) {
    const JsonNode* member = Member(node, "usd_per_million_tokens", kPriceMend);
    if (member == nullptr) return std::nullopt;
    const bool bare = member->kind == Kind::kInteger || member->kind == Kind::kNumber;
    const std::string_view text = bare ? text_.substr(member->begin, member->end - member->begin) : std::string_view(member->text);
    const std::optional<uint64_t> micro = bare || member->kind == Kind::kString ? MicroUsd(text) : std::nullopt;
    if (!micro) Wrong(member->begin, "`usd_per_million_tokens` is no price", std::string(kPriceMend));
    return micro;
  }
  void Names(const JsonNode& node) {
    for (const JsonNode& member : node.children) {
      if (std::find(std::begin(kPriceNames), std::end(kPriceNames), member.name) != std::end(kPriceNames)) continue;
      const std::vector<std::string_view> legal(std::begin(kPriceNames), std::end(kPriceNames));
      Wrong(member.name_begin, "a price has no `" + member.name + "`", dsl::Suggest(member.name, legal, "its members"));
    }
  }

 private:
  const std::string& path_;
  const std::string_view text_;
  const Console& console_;
  bool ok_ = true;
};

}  // namespace

Exit PriceTable::Read(const std::string& path, const Console& console) {
  const store::Result<std::string> read = store::ReadSmallFile(path, kMostBytes);
  if (!read.ok()) return console.Error(read.status()), Exit::kFile;
  const std::string& text = *read;
  const store::JsonDocument document = store::ParseLocatedJson(text, [](size_t, std::string_view) { return false; });
  PriceReader reader(path, text, console);
  for (const store::JsonProblem& problem : document.problems) reader.Wrong(problem.offset, problem.what, problem.mend);
  if (!reader.ok()) return Exit::kFile;
  const JsonNode* list = document.root.Find("prices");
  if (list == nullptr || list->kind != Kind::kArray) {
    reader.Wrong(document.root.begin, "there is no list `prices`", "begin the file with {\"prices\": [ … ]}");
    return Exit::kFile;
  }
  for (const JsonNode& node : list->children) {
    if (node.kind != Kind::kObject) {
      reader.Wrong(node.begin, "a price is no object",
                   R"(write {"provider": "openai", "model": "gpt-4o*", "usd_per_million_tokens": "2.50"})");
      continue;
    }
    reader.Names(node);
    const std::optional<std::string> provider = reader.Pattern(node, "provider");
    const std::optional<std::string> model = reader.Pattern(node, "model");
    const std::optional<uint64_t> price = reader.Price(node);
    if (provider && model && price) prices_.push_back({evaluator::Glob(*provider), evaluator::Glob(*model), *price});
  }
  return reader.ok() ? Exit::kYes : Exit::kFile;
}

size_t PriceTable::Find(std::string_view provider, std::string_view model) const {
  for (size_t i = 0; i < prices_.size(); ++i) {
    if (prices_[i].provider.Matches(provider) && prices_[i].model.Matches(model)) return i;
  }
  return kNone;
}

}  // namespace keyrule::command
