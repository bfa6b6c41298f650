#include "plugin_api/command/decision_log_line.h"

#include <nlohmann/json.hpp>
#include <vector>

namespace keyrule::command {
namespace {

using Kind = DecisionLogLine::Kind;

struct TextAt {
  std::string_view path;
  std::string DecisionLogLine::*member;
};
struct NumberAt {
  std::string_view path;
  uint64_t DecisionLogLine::*member;
};

// A record has no other `id` and `at` than these: a decision's own, or what a report says at the top.
constexpr TextAt kTexts[] = {
    {"id", &DecisionLogLine::id},
    {"at", &DecisionLogLine::at},
    {"decision.id", &DecisionLogLine::id},
    {"decision.at", &DecisionLogLine::at},
    {"decision.rule", &DecisionLogLine::rule},
    {"decision.pool", &DecisionLogLine::pool},
    {"decision.verdict", &DecisionLogLine::verdict},
    {"decision.reason", &DecisionLogLine::reason},
    {"decision.credential.name", &DecisionLogLine::credential},
    {"decision.credential.id", &DecisionLogLine::credential_id},
    {"context.workflow.run_id", &DecisionLogLine::run},
    {"context.node.id", &DecisionLogLine::node},
    {"context.node.title", &DecisionLogLine::node_title},
    {"context.app.id", &DecisionLogLine::app},
    {"context.app.name", &DecisionLogLine::app_name},
    {"context.tenant", &DecisionLogLine::tenant},
    {"context.environment", &DecisionLogLine::environment},
    {"context.workflow.id", &DecisionLogLine::workflow},
    {"context.user.id", &DecisionLogLine::user},
    {"context.provider", &DecisionLogLine::provider},
    {"context.model", &DecisionLogLine::model},
    {"host", &DecisionLogLine::host},
    {"outcome", &DecisionLogLine::outcome},
};
constexpr NumberAt kNumbers[] = {
    {"pid", &DecisionLogLine::pid},
    {"format", &DecisionLogLine::format},
    {"records", &DecisionLogLine::records},
    {"decision.attempt", &DecisionLogLine::attempt},
    {"tokens", &DecisionLogLine::tokens},
    {"cost_micro_usd", &DecisionLogLine::cost_micro_usd},
};

constexpr std::string_view kTags = "decision.tags.";

Kind KindOf(std::string_view word) {
  if (word == "decided") return Kind::kDecided;
  if (word == "reported") return Kind::kReported;
  if (word == "opened") return Kind::kOpened;
  return word == "lost" ? Kind::kLost : Kind::kOther;
}

// Keeps what is asked for while the parser goes by; builds no tree.
class Picker : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Picker(DecisionLogLine* line) : line_(line) {}

  bool is_object() const { return is_object_; }
  bool has_kind() const { return has_kind_; }

  bool null() override { return true; }
  bool boolean(bool) override { return depth_ > 0; }
  bool number_integer(number_integer_t) override { return depth_ > 0; }
  bool number_float(number_float_t, const string_t&) override { return depth_ > 0; }
  bool binary(binary_t&) override { return false; }
  bool number_unsigned(number_unsigned_t number) override {
    for (const NumberAt& known : kNumbers) {
      if (path_ == known.path) line_->*known.member = number;
    }
    return depth_ > 0;
  }
  bool string(string_t& text) override {
    if (lists_ > 0) return true;
    if (depth_ == 1 && path_ == "kind") {
      line_->kind = KindOf(text);
      has_kind_ = true;
      return true;
    }
    if (depth_ == 3 && path_.starts_with(kTags)) {
      line_->tags.emplace_back(path_.substr(kTags.size()), std::move(text));
      return true;
    }
    for (const TextAt& known : kTexts) {
      if (path_ == known.path) line_->*known.member = std::move(text);
    }
    return depth_ > 0;
  }
  bool start_object(size_t) override {
    is_object_ = is_object_ || depth_ == 0;
    ++depth_;
    starts_.push_back(path_.size());
    return depth_ <= kDeepest;
  }
  bool end_object() override {
    path_.resize(starts_.back());
    starts_.pop_back();
    --depth_;
    return true;
  }
  bool key(string_t& name) override {
    if (lists_ > 0) return true;
    path_.resize(starts_.back());
    if (!path_.empty()) path_ += '.';
    path_ += name;
    return true;
  }
  bool start_array(size_t) override { return ++lists_ <= kDeepest && depth_ > 0; }
  bool end_array() override { return --lists_, true; }
  bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

 private:
  static constexpr size_t kDeepest = 32;

  DecisionLogLine* const line_;
  std::string path_;  // of the value that comes next, dots between its keys
  std::vector<size_t> starts_;
  size_t depth_ = 0;
  size_t lists_ = 0;
  bool is_object_ = false;
  bool has_kind_ = false;
};

bool IsTime(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00.000Z";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

}  // namespace

bool ReadDecisionLogLine(std::string_view text, DecisionLogLine* line) {
  *line = {};
  Picker picker(line);
  if (!nlohmann::json::sax_parse(text.begin(), text.end(), &picker)) return false;
  if (!picker.is_object() || !picker.has_kind()) return false;
  switch (line->kind) {
    case Kind::kDecided:
    case Kind::kReported: return !line->id.empty() && IsTime(line->at);
    case Kind::kOpened: return line->format != 0;
    case Kind::kLost: return IsTime(line->at);
    case Kind::kOther: return true;
  }
  return false;
}

}  // namespace keyrule::command
