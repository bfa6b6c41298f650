// A scratch that has read other requests before reads each as a new one does.
#include "plugin_api/request_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "plugin_api/abi_text.h"
#include "plugin_api/simple_request.h"

namespace keyrule::plugin_api {
namespace {

using evaluator::Value;
using evaluator::ValueKind;

constexpr uint32_t kFarId = 70;  // beyond those that stand ready
constexpr uint32_t kUnknownId = 90;

// Texts, a number, a text that nothing looks at, and the tenant.
dsl::Policy MakePolicy() {
  dsl::Policy policy;
  const auto add = [&](std::string path, dsl::Type type) {
    dsl::Attribute& attribute = policy.slots.emplace_back();
    attribute.path.text = std::move(path);
    attribute.type = type;
  };
  for (const char* path : {"t0", "t1", "t2", "t3"}) add(path, dsl::Type::kString);
  add("number", dsl::Type::kInt);
  add("unread", dsl::Type::kString);
  add("tenant.id", dsl::Type::kString);
  return policy;
}

class RequestReaderTest : public testing::Test {
 protected:
  RequestReaderTest() {
    for (SlotTable* table : {&first_, &second_}) {
      uint32_t id = 0;
      for (const char* path : {"t0", "t1", "t2", "t3", "number", "unread", "elsewhere", "tenant.id"}) table->Add(++id, path);
      table->Add(kFarId, "t1");
    }
  }

  struct Read {
    bool understood = false;
    std::string error;
    std::vector<std::string> values;  // by slot, with their kinds
    std::vector<uint32_t> given;      // sorted
    std::string tenant;

    bool operator==(const Read&) const = default;
    friend void PrintTo(const Read& read, std::ostream* out) {
      *out << (read.understood ? "understood" : read.error) << ", tenant " << read.tenant << ", slots";
      for (const uint32_t slot : read.given) *out << " " << slot;
      for (const std::string& value : read.values) *out << " [" << value << "]";
    }
  };

  // As Engine::Decide does it.
  static Read ReadWith(const keyrule_request& request, const SlotTable& slots, RequestScratch* scratch) {
    Read read;
    evaluator::Request out;
    size_t done = 0;
    read.understood = ReadSimple(request, slots, scratch, &out, &done) ||
                      ReadClosely(request, slots, done, scratch, &out, &read.error);
    for (const Value& value : out.values) {
      read.values.push_back(std::to_string(static_cast<int>(value.kind())) + " " + std::string(value.text()) + " " +
                            std::to_string(value.number()));
    }
    read.given.assign(out.given.begin(), out.given.end());
    std::sort(read.given.begin(), read.given.end());
    read.tenant = out.tenant;
    return read;
  }

  const dsl::Policy policy_ = MakePolicy();
  SlotTable first_{policy_, {true, true, true, true, true, false, true}};
  SlotTable second_{policy_, {true, false, true, true, true, false, true}};
};

// One change at a time, now and then a new one altogether: much of it is as it was before.
class Requests {
 public:
  explicit Requests(uint64_t seed) : random_(seed) {}

  const keyrule_request& Next() {
    switch (Below(8)) {
      case 0:
        attributes_.clear();
        for (size_t i = Below(9); i > 0; --i) attributes_.push_back(One());
        break;
      case 1:
        attributes_.insert(attributes_.begin() + static_cast<std::ptrdiff_t>(Below(attributes_.size() + 1)), One());
        break;
      case 2:
        if (!attributes_.empty()) attributes_.erase(attributes_.begin() + static_cast<std::ptrdiff_t>(Below(attributes_.size())));
        break;
      case 3:
        if (!attributes_.empty()) std::swap(attributes_[Below(attributes_.size())], attributes_.back());
        break;
      case 4:
        if (!attributes_.empty()) attributes_[Below(attributes_.size())] = One();
        break;
      default:  // the same attributes with other texts
        for (keyrule_attribute& attribute : attributes_) {
          if (attribute.kind == KEYRULE_TEXT && attribute.value.text.len != 0) attribute.value.text = Text();
        }
    }
    if (attributes_.size() > 12) attributes_.resize(12);
    request_ = KEYRULE_REQUEST_INIT;
    request_.tenant = Below(10) == 0 ? keyrule_str{} : Str(kTenants[Below(2)]);
    if (Below(30) == 0) request_.tenant = {nullptr, 3};
    request_.flags = Below(10) == 0 ? KEYRULE_DRY : 0;
    request_.attributes = attributes_.data();
    request_.attribute_count = attributes_.size();
    return request_;
  }

 private:
  static constexpr std::string_view kTenants[] = {"one", "another"};

  size_t Below(size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random_); }
  keyrule_str Text() {
    static constexpr std::string_view kTexts[] = {"a", "bb", "ccc", "a longer text than others", "one"};
    return Str(kTexts[Below(std::size(kTexts))]);
  }
  keyrule_attribute One() {
    keyrule_attribute attribute{};
    attribute.kind = KEYRULE_TEXT;
    attribute.value.text = Text();
    switch (Below(14)) {
      case 0:
        attribute.id = 5;
        attribute.kind = KEYRULE_INTEGER;
        attribute.value.integer = static_cast<int64_t>(Below(100));
        break;
      case 1: attribute.id = 6; break;
      case 2: attribute.id = 7; break;
      case 3: attribute.id = 8; break;
      case 4: attribute.id = kFarId; break;
      case 5: attribute.id = Below(4) == 0 ? kUnknownId : 1; break;
      case 6:
        attribute.id = 2;
        attribute.value.text = {};  // absent
        break;
      case 7:
        attribute.id = 3;
        if (Below(2) == 0) attribute.value.text = {nullptr, 5};
        break;
      case 8:
        attribute.id = 6;
        if (Below(2) == 0) attribute.value.text = {"x", KEYRULE_MAX_TEXT + 1};
        break;
      case 9:
        attribute.id = 4;
        attribute.kind = Below(2) == 0 ? KEYRULE_ABSENT : KEYRULE_BOOL;
        break;
      default: attribute.id = static_cast<uint32_t>(1 + Below(4));
    }
    return attribute;
  }

  std::mt19937_64 random_;
  std::vector<keyrule_attribute> attributes_;
  keyrule_request request_{};
};

TEST_F(RequestReaderTest, WhatWasReadBeforeMakesNoDifference) {
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    Requests requests(seed);
    RequestScratch used;
    size_t understood = 0;
    for (int i = 0; i < 200; ++i) {
      const keyrule_request& request = requests.Next();
      const SlotTable& slots = i % 50 < 40 ? first_ : second_;
      RequestScratch fresh;
      const Read expected = ReadWith(request, slots, &fresh);
      const Read read = ReadWith(request, slots, &used);
      ASSERT_EQ(read, expected) << "seed " << seed << ", request " << i;
      understood += read.understood ? 1 : 0;
    }
    EXPECT_GT(understood, 20u) << seed;
  }
}

// The quick way and the close one say the same of the first request.
TEST_F(RequestReaderTest, BothWaysSayTheSame) {
  Requests requests(7);
  for (int i = 0; i < 20'000; ++i) {
    const keyrule_request& request = requests.Next();
    RequestScratch quick, close;
    const Read read = ReadWith(request, first_, &quick);
    evaluator::Request out;
    std::string error;
    ASSERT_EQ(read.understood, ReadRequest(request, first_, &close, &out, &error)) << i << ": " << error;
    ASSERT_EQ(read.error, error) << i;
    for (size_t slot = 0; slot < read.values.size(); ++slot) {
      ASSERT_EQ(read.values[slot], std::to_string(static_cast<int>(out.values[slot].kind())) + " " +
                                       std::string(out.values[slot].text()) + " " + std::to_string(out.values[slot].number()))
          << i;
    }
  }
}

}  // namespace
}  // namespace keyrule::plugin_api
