#include "evaluator/analysis/catalog_rows.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "evaluator/field.h"

namespace keyrule::analysis {

using evaluator::Credential;
using evaluator::Value;

namespace {

// Where no request says who asks, each is for all.
std::vector<Credential> ForRequestsOf(const evaluator::Program& program, std::vector<Credential> credentials) {
  if (program.tenant_slot != dsl::kUnresolved) return credentials;
  for (Credential& credential : credentials) credential.tenant.clear();
  return credentials;
}

}  // namespace

CatalogRows::CatalogRows(const evaluator::Program& program, std::vector<Credential> credentials, CredentialTerms* terms,
                         ConditionGraph* graph)
    : program_(program),
      credentials_(ForRequestsOf(program, std::move(credentials))),
      terms_(*terms),
      graph_(*graph),
      pools_(program.policy->pools.size()) {
  for (uint32_t row = 0; row < credentials_.size(); ++row) by_name_[credentials_[row].name].push_back(row);
  for (uint32_t row = 0; row < credentials_.size(); ++row) shadowed_.push_back(IsShadowed(row));
  for (auto& [name, rows] : by_name_) std::erase_if(rows, [&](uint32_t row) { return shadowed_[row]; });
}

bool CatalogRows::IsShadowed(uint32_t row) const {
  const Credential& own = credentials_[row];
  const std::vector<uint32_t>& rows = by_name_.find(own.name)->second;
  const auto covers = [](const std::string& other, const std::string& one) { return other.empty() || other == one; };
  return std::any_of(rows.begin(), rows.end(), [&](uint32_t at) {
    const Credential& other = credentials_[at];
    return other.model == own.model && covers(other.model_type, own.model_type) && covers(other.provider, own.provider) &&
           covers(other.tenant, own.tenant) && evaluator::CountsBefore(other, own);
  });
}

std::string_view CatalogRows::FieldOf(uint32_t row, std::string_view field) const {
  return evaluator::CredentialField(field).Of(credentials_[row], {});
}

// As a decision takes members, but for `of`, which keeps calls to other providers from the pool altogether.
const CatalogRows::Members& CatalogRows::MembersOf(uint32_t pool) {
  if (pools_[pool]) return *pools_[pool];
  Members members;
  members.has.resize(credentials_.size());
  const dsl::Pool& declared = program_.policy->pools[pool];
  const auto add = [&](uint32_t row) {
    const std::string& provider = credentials_[row].provider;
    const bool served = declared.providers.empty() || provider.empty() ||
                        std::any_of(declared.providers.begin(), declared.providers.end(),
                                    [&](const dsl::Text& text) { return text.value == provider; });
    if (!served || members.has[row]) return;
    members.has[row] = true;
    members.rows.push_back(row);
  };
  const size_t width = program_.fields.size();
  for (const evaluator::CompiledMember& member : program_.pools[pool]) {
    switch (member.kind) {
      case evaluator::CompiledMember::Kind::kName:
        if (const auto named = by_name_.find(member.name); named != by_name_.end()) {
          for (const uint32_t row : named->second) add(row);
        }
        break;
      case evaluator::CompiledMember::Kind::kPool:
        for (const uint32_t row : MembersOf(member.pool).rows) add(row);
        break;
      case evaluator::CompiledMember::Kind::kWhere:
        if (fields_.empty()) {
          fields_.reserve(credentials_.size() * width);
          for (const Credential& credential : credentials_) {
            for (const auto& field : program_.fields) fields_.push_back(Value::Text(field.Of(credential, {})));
          }
        }
        for (uint32_t row = 0; row < credentials_.size(); ++row) {
          if (program_.field_code.Run(member.where, {fields_.data() + row * width, width}, 0)) add(row);
        }
        break;
    }
  }
  return *(pools_[pool] = std::move(members));
}

bool CatalogRows::Holds(const Target& target, uint32_t row) {
  if (target.pool == dsl::kUnresolved) return credentials_[row].name == target.name;
  return MembersOf(target.pool).has[row];
}

std::vector<std::string_view> CatalogRows::WantedBy(uint32_t row, const Spend& spend) const {
  std::vector<std::string_view> wanted;
  const auto add = [&](std::string_view text) {
    if (!text.empty()) wanted.push_back(text);
  };
  if (!spend.by_name || !shadowed_[row]) add(FieldOf(row, spend.field));
  if (spend.or_id) add(FieldOf(row, "id"));
  return wanted;
}

CatalogRows::Spent CatalogRows::Of(const Spend& spend, const Target* target, bool inside) {
  Spent spent;
  const auto* text = spend.value != nullptr ? std::get_if<dsl::Text>(&spend.value->what) : nullptr;
  const auto take = [&](uint32_t row) {
    if (spend.pool != dsl::kUnresolved && !MembersOf(spend.pool).has[row]) return;
    if (text != nullptr && FieldOf(row, spend.field) != text->value) return;
    if (target != nullptr && Holds(*target, row) != inside) return;
    spent.rows.push_back(row);
  };
  if (text != nullptr && spend.by_name) {
    if (const auto named = by_name_.find(text->value); named != by_name_.end()) {
      for (const uint32_t row : named->second) take(row);
    }
  } else if (spend.pool != dsl::kUnresolved) {
    for (const uint32_t row : MembersOf(spend.pool).rows) take(row);
  } else {
    for (uint32_t row = 0; row < credentials_.size(); ++row) take(row);
  }

  // Those that ask the same of the call together.
  std::map<std::tuple<std::string_view, std::string_view, std::string_view, std::string_view>, std::vector<uint32_t>> groups;
  for (const uint32_t row : spent.rows) {
    const Credential& credential = credentials_[row];
    groups[{credential.provider, credential.model, credential.model_type, credential.tenant}].push_back(row);
  }
  std::vector<NodeRef> ways;
  for (const auto& [call, rows] : groups) {
    const auto& [provider, model, model_type, tenant] = call;
    std::vector<NodeRef> all;
    const auto ask = [&](uint32_t slot, std::string_view wanted) {
      if (wanted.empty()) return;
      all.push_back(slot == dsl::kUnresolved ? kNever : terms_.IsOneOf(slot, {wanted}));
    };
    ask(program_.provider_slot, provider);
    ask(program_.model_slot, model);
    ask(program_.model_type_slot, model_type);
    ask(program_.tenant_slot, tenant);
    const auto* path = spend.value != nullptr ? std::get_if<dsl::Path>(&spend.value->what) : nullptr;
    const auto* lookup = spend.value != nullptr ? std::get_if<dsl::Lookup>(&spend.value->what) : nullptr;
    if (path != nullptr || lookup != nullptr) {
      Texts wanted;
      for (const uint32_t row : rows) {
        for (const std::string_view one : WantedBy(row, spend)) wanted.push_back(one);
      }
      std::sort(wanted.begin(), wanted.end());
      wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
      all.push_back(path != nullptr ? terms_.IsOneOf(path->slot, wanted)
                                    : terms_.IsOneOf(lookup->key.slot, terms_.KeysTo(lookup->index, &wanted)));
    }
    ways.push_back(graph_.All(std::move(all)));
  }
  spent.node = graph_.Any(std::move(ways));
  return spent;
}

const Credential* CatalogRows::First(const std::vector<uint32_t>& rows, const Spend& spend,
                                     std::span<const Value> values) const {
  const auto text_of = [&](uint32_t slot) {
    return slot == dsl::kUnresolved ? std::string_view() : values[slot].text();
  };
  std::string_view value;
  if (spend.value != nullptr) {
    if (const auto* path = std::get_if<dsl::Path>(&spend.value->what)) value = text_of(path->slot);
    if (const auto* lookup = std::get_if<dsl::Lookup>(&spend.value->what)) {
      const std::string_view key = text_of(lookup->key.slot);
      for (const dsl::TableEntry& entry : program_.policy->tables[lookup->index].entries()) {
        if (entry.key.value == key) value = entry.value.value;
      }
    }
  }
  const bool asked = spend.value != nullptr && !std::holds_alternative<dsl::Text>(spend.value->what);
  const auto fits = [&](std::string_view of_row, uint32_t slot) { return of_row.empty() || of_row == text_of(slot); };
  for (const uint32_t row : rows) {
    const Credential& credential = credentials_[row];
    if (!fits(credential.provider, program_.provider_slot) || !fits(credential.model, program_.model_slot) ||
        !fits(credential.model_type, program_.model_type_slot) || !fits(credential.tenant, program_.tenant_slot)) {
      continue;
    }
    const std::vector<std::string_view> wanted = WantedBy(row, spend);
    if (!asked || std::find(wanted.begin(), wanted.end(), value) != wanted.end()) return &credential;
  }
  return nullptr;
}

}  // namespace keyrule::analysis
