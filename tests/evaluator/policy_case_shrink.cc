#include "tests/evaluator/policy_case_shrink.h"

#include <algorithm>
#include <string>
#include <utility>

namespace keyrule::evaluator::cases {
namespace {

using Kind = Step::Kind;

// Whole, halves, quarters … of `size` things.
void AddRanges(Kind kind, size_t size, size_t index, std::vector<Step>* steps) {
  for (size_t count = size; count > 0; count /= 2) {
    for (size_t first = 0; first < size; first += count) {
      steps->push_back({kind, index, 0, first, std::min(count, size - first)});
    }
  }
}

template <class T>
void Erase(std::vector<T>* items, const Step& step) {
  const auto first = items->begin() + static_cast<ptrdiff_t>(step.item);
  items->erase(first, first + static_cast<ptrdiff_t>(step.count));
}

Formula* FormulaOf(PolicyCase* policy, size_t index) {
  const size_t rules = policy->rules.size();
  return index < rules ? &policy->rules[index].when : &policy->named[index - rules];
}

Formula* NodeOf(Formula* formula, size_t node) {
  Formula* found = nullptr;
  ForEach(formula, [&](Formula* each) {
    if (node-- == 0) found = each;
  });
  return found;
}

void AddFormulaSteps(Formula* formula, size_t index, std::vector<Step>* steps) {
  size_t node = 0;
  ForEach(formula, [&](Formula* each) {
    for (size_t i = 0; i < each->terms.size(); ++i) steps->push_back({Kind::kKeepTerm, index, node, i, 1});
    if (each->terms.size() > 2) {
      for (size_t i = 0; i < each->terms.size(); ++i) steps->push_back({Kind::kDropTerm, index, node, i, 1});
    }
    if (each->kind == Formula::Kind::kNamed) steps->push_back({Kind::kWriteOut, index, node, 0, 1});
    if (each->atom.items.size() > 1) {
      for (size_t i = 0; i < each->atom.items.size(); ++i) steps->push_back({Kind::kDropItem, index, node, i, 1});
    }
    ++node;
  });
}

void ChangeFormula(PolicyCase* policy, const Step& step) {
  Formula* node = NodeOf(FormulaOf(policy, step.index), step.node);
  switch (step.kind) {
    case Kind::kKeepTerm: {
      Formula term = std::move(node->terms[step.item]);
      *node = std::move(term);
      break;
    }
    case Kind::kDropTerm: Erase(&node->terms, step); break;
    case Kind::kWriteOut: {
      Formula whole = policy->named[node->named];
      *node = std::move(whole);
      break;
    }
    default: Erase(&node->atom.items, step); break;
  }
}

// Those behind move up.
void DropNamed(PolicyCase* policy, const Step& step) {
  Erase(&policy->named, step);
  const auto renumber = [&](Formula* formula) {
    if (formula->kind != Formula::Kind::kNamed || formula->named < step.item) return;
    // What named a dropped one names nothing that there is.
    formula->named = formula->named < step.item + step.count ? SIZE_MAX : formula->named - step.count;
  };
  for (CaseRule& rule : policy->rules) ForEach(&rule.when, renumber);
  for (Formula& named : policy->named) ForEach(&named, renumber);
}

}  // namespace

std::vector<Step> StepsOf(const PolicyCase& policy) {
  std::vector<Step> steps;
  AddRanges(Kind::kDropCalls, policy.calls.size(), 0, &steps);
  AddRanges(Kind::kDropRules, policy.rules.size(), 0, &steps);
  AddRanges(Kind::kDropNamed, policy.named.size(), 0, &steps);
  AddRanges(Kind::kDropList, policy.lists.size(), 0, &steps);
  AddRanges(Kind::kDropCredentials, policy.credentials.size(), 0, &steps);
  if (!policy.sources.empty()) steps.push_back({Kind::kDropSources});
  for (size_t i = 0; i < policy.rules.size(); ++i) {
    if (!policy.rules[i].chain.starts_with("deny \"r")) steps.push_back({Kind::kDenyInstead, i});
  }
  if (policy.fallback != "leave to host") steps.push_back({Kind::kHostInstead});
  PolicyCase copy = policy;
  for (size_t i = 0; i < policy.rules.size() + policy.named.size(); ++i) {
    AddFormulaSteps(FormulaOf(&copy, i), i, &steps);
  }
  for (size_t i = 0; i < policy.lists.size(); ++i) {
    if (policy.lists[i].items.size() > 1) AddRanges(Kind::kDropListItems, policy.lists[i].items.size(), i, &steps);
  }
  for (size_t i = 0; i < policy.calls.size(); ++i) {
    AddRanges(Kind::kDropGiven, policy.calls[i].given.size(), i, &steps);
    for (size_t k = 0; k < policy.calls[i].given.size(); ++k) {
      const auto* text = std::get_if<std::string>(&policy.calls[i].given[k].second);
      if (text != nullptr && text->size() > 8) steps.push_back({Kind::kShorten, i, 0, k, 1});
    }
  }
  AddRanges(Kind::kDropAttribute, policy.attributes.size(), 0, &steps);
  return steps;
}

PolicyCase Smaller(PolicyCase policy, const Step& step) {
  policy.made_smaller = true;
  switch (step.kind) {
    case Kind::kDropCalls: Erase(&policy.calls, step); break;
    case Kind::kDropRules: Erase(&policy.rules, step); break;
    case Kind::kDropNamed: DropNamed(&policy, step); break;
    case Kind::kDropList: Erase(&policy.lists, step); break;
    case Kind::kDropAttribute: Erase(&policy.attributes, step); break;
    case Kind::kDropCredentials: Erase(&policy.credentials, step); break;
    case Kind::kDropSources: policy.sources.clear(); break;
    case Kind::kDenyInstead: {
      CaseRule& rule = policy.rules[step.index];
      rule.chain = "deny \"" + rule.name + "\"";
      break;
    }
    case Kind::kHostInstead: policy.fallback = "leave to host"; break;
    case Kind::kKeepTerm:
    case Kind::kDropTerm:
    case Kind::kWriteOut:
    case Kind::kDropItem: ChangeFormula(&policy, step); break;
    case Kind::kDropListItems: Erase(&policy.lists[step.index].items, step); break;
    case Kind::kDropGiven: Erase(&policy.calls[step.index].given, step); break;
    case Kind::kShorten: {
      auto& text = std::get<std::string>(policy.calls[step.index].given[step.item].second);
      text.resize(text.size() / 2);
      break;
    }
  }
  return policy;
}

}  // namespace keyrule::evaluator::cases
