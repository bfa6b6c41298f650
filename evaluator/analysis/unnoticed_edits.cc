#include "evaluator/analysis/unnoticed_edits.h"

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dsl/wording.h"
#include "evaluator/typeset.h"

namespace keyrule::analysis {

void AddUnnoticed(const JointPolicies& joint, const std::function<bool(uint32_t, uint32_t)>& differ,
                  const std::vector<std::pair<uint32_t, uint32_t>>& open, PolicyDiff* result) {
  using Kind = UnnoticedEdit::Kind;
  std::array<std::vector<bool>, 2> noticed;
  for (const size_t side : {kOld, kNew}) noticed[side].assign(joint.rule_count(side) + 1, false);
  for (const auto& [old_rule, new_rule] : open) noticed[kOld][old_rule] = noticed[kNew][new_rule] = true;
  for (const ChangeClass& one : result->classes) {
    noticed[one.old_side ? kOld : kNew][one.rule] = true;
    for (const auto& [old_rule, new_rule] : one.pairs) {
      if (joint.rule(kOld, old_rule).name.text == joint.rule(kNew, new_rule).name.text) {
        noticed[kNew][new_rule] = true;
      }
    }
  }
  std::map<std::string_view, uint32_t> names[2];
  for (const size_t side : {kOld, kNew}) {
    for (uint32_t index = 0; index < joint.rule_count(side); ++index) {
      names[side].emplace(joint.rule(side, index).name.text, index);
    }
  }
  for (uint32_t index = 0; index <= joint.rule_count(kNew); ++index) {
    const std::string name(joint.rule(kNew, index).name.text);
    const uint32_t partner = joint.partner(kNew, index);
    const uint32_t moved = joint.moved(kNew, index);
    const auto old_name = names[kOld].find(name);
    if (noticed[kNew][index]) {
      if (std::string before = joint.OtherName(kNew, index); !before.empty()) {
        result->unnoticed.push_back({Kind::kRenamed, name, std::move(before)});
      }
      continue;
    }
    if (old_name != names[kOld].end() && noticed[kOld][old_name->second]) continue;
    const uint32_t same = partner != JointPolicies::kNoPartner ? partner : moved;
    if (same != JointPolicies::kNoPartner) {
      const std::string before(joint.rule(kOld, same).name.text);
      if (before != name) {
        result->unnoticed.push_back({Kind::kRenamed, name, before});
      } else if (moved != JointPolicies::kNoPartner) {
        result->unnoticed.push_back({Kind::kMoved, name, {}});
      } else if (differ(same, index)) {
        result->unnoticed.push_back({Kind::kEdited, name, {}});
      }
    } else {
      result->unnoticed.push_back({old_name == names[kOld].end() ? Kind::kAdded : Kind::kEdited, name, {}});
    }
  }
  for (uint32_t index = 0; index < joint.rule_count(kOld); ++index) {
    const std::string_view name = joint.rule(kOld, index).name.text;
    if (joint.partner(kOld, index) != JointPolicies::kNoPartner || noticed[kOld][index]) continue;
    if (joint.moved(kOld, index) != JointPolicies::kNoPartner || names[kNew].contains(name)) continue;
    result->unnoticed.push_back({Kind::kRemoved, std::string(name), {}});
  }
}

void AddStatements(const JointPolicies& joint, PolicyDiff* result) {
  // By name what each says, in both policies. Blanks and comments are no change.
  using Says = std::map<std::string, std::array<std::string, 2>>;
  Says limits, attributes;
  for (const size_t side : {kOld, kNew}) {
    const dsl::Policy& policy = joint.policy(side);
    const auto add = [&](Says* to, std::string what, const dsl::Span& span) {
      (*to)[std::move(what)][side] = evaluator::OneLine(policy.sources->TextOf(span));
    };
    for (const dsl::Meter& meter : policy.meters) {
      // What an arm names by `under` is part of its rule.
      if (meter.is_budget && meter.members.empty()) continue;
      add(&limits, dsl::Cat({meter.is_budget ? "budget " : "quota ", meter.name.text}), meter.span);
    }
    for (const dsl::Attribute& attribute : policy.schema_attributes) {
      add(&attributes, dsl::Cat({"attribute ", attribute.path.text}), attribute.span);
    }
  }
  const auto list = [](const Says& all, std::vector<std::string>* lines) {
    for (const auto& [what, says] : all) {
      if (says[kOld] == says[kNew]) continue;
      lines->push_back(what + (says[kOld].empty() ? ": added" : says[kNew].empty() ? ": removed" : ": changed"));
    }
  };
  list(limits, &result->limits);
  list(attributes, &result->attributes);
}

}  // namespace keyrule::analysis
