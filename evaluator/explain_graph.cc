#include "evaluator/explain_graph.h"

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_text.h"
#include "evaluator/explain_index.h"
#include "evaluator/explanation.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using Tone = ExplainGraph::Tone;

constexpr size_t kMostDrawn = 12;
constexpr size_t kMostAttributes = 16;
constexpr size_t kMostCandidates = 40;
constexpr size_t kWidestLine = 60;

class GraphBuilder {
 public:
  GraphBuilder(const Snapshot& snapshot, const Request& request, int64_t now_ms)
      : program_(snapshot.program()), now_ms_(now_ms), values_(SeenValues(snapshot, request)) {
    Request looking = request;
    looking.dry = true;
    snapshot.Decide(looking, now_ms, &decision_);
  }

  ExplainGraph Build() {
    AddRequest();
    AddRules();
    AddArms();
    AddAnswer();
    return std::move(graph_);
  }

 private:
  // A node further down the way, with an edge from the one before.
  size_t AddStep(std::vector<std::string> lines, Tone tone, const std::string& label) {
    const size_t node = Add(std::move(lines), tone, row_++, 0);
    if (last_ != SIZE_MAX) graph_.edges.push_back({last_, node, label});
    last_ = node;
    return node;
  }

  size_t Add(std::vector<std::string> lines, Tone tone, size_t row, size_t column) {
    for (std::string& line : lines) line = Shorten(line, kWidestLine);
    graph_.nodes.push_back({std::move(lines), tone, row, column});
    return graph_.nodes.size() - 1;
  }

  void AddRequest() {
    const dsl::Policy& policy = *program_.policy;
    std::vector<std::string> lines = {"request"};
    size_t more = 0;
    for (size_t slot = 0; slot < values_.size(); ++slot) {
      if (values_[slot].absent() || policy.slots[slot].type == dsl::Type::kMapOfString) continue;
      if (lines.size() > kMostAttributes) {
        ++more;
      } else {
        lines.push_back(Printable(policy.slots[slot].path.text) + " = " + ValueText(values_[slot]));
      }
    }
    if (more > 0) lines.push_back("and " + Count(more, "attribute") + " more");
    AddStep(std::move(lines), Tone::kPlain, {});
  }

  void AddRules() {
    const std::vector<RuleTrace> traces = TraceRules(program_, values_, now_ms_, false);
    const dsl::Sources& sources = *program_.policy->sources;
    const size_t before = traces.size() - 1;
    const size_t left_out = before - std::min(before, kMostDrawn);
    if (left_out > 0) AddStep({"… " + Count(left_out, "rule"), "that did not match"}, Tone::kNo, {});
    for (size_t i = left_out; i < traces.size(); ++i) {
      const RuleTrace& trace = traces[i];
      const dsl::Rule& rule = RuleAt(program_, trace.rule);
      std::vector<std::string> lines = {trace.rule < program_.policy->rules.size()
                                            ? "rule " + std::string(rule.name.text)
                                            : std::string("default")};
      if (trace.matched) {
        if (rule.when) {
          lines.push_back(OneLine(sources.TextOf(rule.when->span)));
          lines.push_back("found " + WayToRule(program_.policy, trace.rule));
        }
        AddStep(std::move(lines), Tone::kYes, i == 0 ? "" : "no");
      } else {
        lines.push_back(OneLine(sources.TextOf(trace.failed->span)));
        lines.push_back(FoundText(*trace.failed, values_, now_ms_));
        AddStep(std::move(lines), Tone::kNo, i == 0 ? "" : "no");
      }
    }
  }

  // Arm by arm up to the one that answered; whom each had to choose from stands beside it.
  void AddArms() {
    const dsl::Rule& rule = RuleAt(program_, decision_.rule);
    const size_t arms = rule.chain.actions.size();
    const size_t answered = decision_.arm >= 1 ? decision_.arm : arms;
    for (size_t arm = 1; arm <= std::min(answered, arms); ++arm) {
      const bool answers = arm == decision_.arm && decision_.reason != Reason::kUnavailable;
      AddStep({"arm " + std::to_string(arm), ActionText(rule.chain.actions[arm - 1])}, answers ? Tone::kYes : Tone::kNo,
              arm == 1 ? "yes" : "else");
      AddCandidates(arm);
    }
  }

  static std::string ActionText(const dsl::Action& action) {
    if (const auto* use = std::get_if<dsl::Use>(&action.what)) return "use " + UseText(*use);
    if (const auto* deny = std::get_if<dsl::Deny>(&action.what)) return "deny " + dsl::InQuotes(deny->reason.value);
    return "leave to host";
  }

  void AddCandidates(size_t arm) {
    const size_t row = graph_.nodes[last_].row;
    size_t column = 0;
    size_t more = 0;
    for (const Candidate& candidate : decision_.candidates) {
      if (candidate.arm != arm) continue;
      if (column >= kMostCandidates) {
        ++more;
        continue;
      }
      std::vector<std::string> lines = {Printable(candidate.name)};
      if (candidate.weight > 1) lines.push_back("weight " + std::to_string(candidate.weight));
      if (candidate.tier > 1) lines.push_back("tier " + std::to_string(candidate.tier));
      lines.push_back(candidate.taken                ? std::string("taken")
                      : candidate.why == Skip::kNone ? std::string("eligible")
                                                     : SkipText(candidate, decision_.at_ms));
      const Tone tone = candidate.taken                ? Tone::kTaken
                        : candidate.why == Skip::kNone ? Tone::kPlain
                                                       : Tone::kNo;
      const size_t node = Add(std::move(lines), tone, row, ++column);
      graph_.edges.push_back({last_, node, {}});
    }
    if (more > 0) graph_.edges.push_back({last_, Add({"… " + Count(more, "candidate") + " more"}, Tone::kPlain, row, ++column), {}});
  }

  void AddAnswer() {
    std::vector<std::string> lines = {Printable(VerdictLine(decision_))};
    if (!decision_.strategy.empty()) lines.push_back("by " + std::string(decision_.strategy));
    AddStep(std::move(lines), decision_.verdict == Verdict::kDeny ? Tone::kNo : Tone::kTaken, {});
  }

  const Program& program_;
  const int64_t now_ms_;
  const std::vector<Value> values_;
  Decision decision_;
  ExplainGraph graph_;
  size_t row_ = 0;
  size_t last_ = SIZE_MAX;
};

}  // namespace

ExplainGraph GraphOf(const Snapshot& snapshot, const Request& request, int64_t now_ms) {
  return GraphBuilder(snapshot, request, now_ms).Build();
}

}  // namespace keyrule::evaluator
