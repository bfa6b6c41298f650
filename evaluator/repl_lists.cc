// The commands that list what there is.

#include <algorithm>

#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/repl_impl.h"
#include "evaluator/repl_table.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kWidestWhen = 70;
constexpr size_t kWidestType = 44;

std::string ActionText(const dsl::Action& action) {
  if (const auto* use = std::get_if<dsl::Use>(&action.what)) return "use " + UseText(*use);
  if (const auto* deny = std::get_if<dsl::Deny>(&action.what)) {
    return "deny " + Printable(dsl::InQuotes(deny->reason.value));
  }
  return "leave to host";
}

std::string ChainText(const dsl::Chain& chain) {
  std::string text;
  for (const dsl::Action& action : chain.actions) {
    text += (text.empty() ? "" : " else ") + ActionText(action);
  }
  return text;
}

std::string ProviderText(const Credential& credential) {
  std::string text = credential.provider.empty() ? "every provider" : Word(credential.provider);
  if (!credential.model.empty()) text += " " + Word(credential.model);
  if (!credential.model_type.empty()) text += " " + Word(credential.model_type);
  return text;
}

std::string TypeText(const dsl::Attribute& attribute) {
  if (attribute.type != dsl::Type::kEnum) {
    std::string_view type = dsl::WithArticle(attribute.type);
    type.remove_prefix(type.find(' ') + 1);
    return std::string(type);
  }
  std::string text = "enum [";
  for (const dsl::Text& value : attribute.values) {
    if (!text.ends_with('[')) text += ", ";
    text += dsl::InQuotes(value.value);
  }
  return Shorten(text + "]", kWidestType);
}

}  // namespace

std::vector<Credential> Repl::Impl::Candidates() {
  RequestBuilder builder(program->policy);
  std::string error;
  Current({}, &builder, &error);
  std::vector<Credential> credentials;
  source->Candidates(builder.Build().tenant, &credentials);
  std::sort(credentials.begin(), credentials.end(), [](const Credential& a, const Credential& b) {
    return std::tie(a.name, a.provider, a.model, a.id) < std::tie(b.name, b.provider, b.model, b.id);
  });
  return credentials;
}

Answer Repl::Impl::Rules(std::string_view) {
  TableRows rows;
  const dsl::Policy& policy = *program->policy;
  for (const dsl::Rule& rule : policy.rules) {
    const std::string when =
        rule.when ? Shorten(OneLine(policy.sources->TextOf(rule.when->span)), kWidestWhen) : "";
    const bool typed = policy.sources->at(rule.span.source).name().starts_with(kTypedName);
    rows.push_back({std::string(rule.name.text) + (typed ? " (tried)" : ""), when, ChainText(rule.chain)});
  }
  rows.push_back({"default", "", ChainText(policy.fallback.chain)});
  return {.text = TableText(rows, host.Columns())};
}

Answer Repl::Impl::Pools(std::string_view) {
  const dsl::Policy& policy = *program->policy;
  RequestBuilder builder(program->policy);
  std::string error;
  Current({}, &builder, &error);
  const std::string_view provider = builder.Build().values[program->provider_slot].text();
  const std::vector<Credential> credentials = Candidates();
  TableRows rows;
  for (uint32_t i = 0; i < policy.pools.size(); ++i) {
    const dsl::Pool& pool = policy.pools[i];
    std::string providers;
    for (const dsl::Text& of : pool.providers) {
      providers += (providers.empty() ? "of " : ", ") + dsl::InQuotes(of.value);
    }
    std::string members;
    for (const Credential& credential : credentials) {
      const bool serves = credential.provider.empty() || credential.provider == provider;
      if (!serves || !PoolHolds(*program, i, credential, provider)) continue;
      members += (members.empty() ? "" : ", ") + Word(credential.name);
    }
    if (members.empty()) members = Cat({"nobody for ", Word(provider)});
    rows.push_back({std::string(pool.name.text), providers, members});
  }
  return {.text = rows.empty() ? "the policy has no pools\n" : TableText(rows, host.Columns())};
}

// Name, id, provider, weight, labels, and what keeps it from being taken.
std::vector<std::string> Repl::Impl::CredentialRow(const Credential& credential, std::string_view tenant) {
  std::string state;
  if (!credential.enabled || session->snapshot().IsRevoked(credential)) state = "disabled";
  if (credential.expires_ms != 0) {
    state += (state.empty() ? "" : ", ") +
             std::string(credential.expires_ms <= session->now() ? "expired " : "expires ") +
             FormatTime(credential.expires_ms);
  }
  const CredentialState* health = session->snapshot().state().Credential(tenant, credential.id);
  const int64_t until = health->rest.rests_until.load();
  if (until > session->now()) state += (state.empty() ? "" : ", ") + ("cooling until " + FormatTime(until));
  std::string labels;
  for (const auto& [key, value] : credential.labels) {
    labels += (labels.empty() ? "" : " ") + Word(key) + "=" + Word(value);
  }
  const std::string weight = credential.weight > 0 ? "weight " + std::to_string(credential.weight) : "";
  return {Word(credential.name), credential.id == credential.name ? "" : Word(credential.id),
          ProviderText(credential), weight, labels, state};
}

std::string Repl::Impl::CredentialsText(const std::function<bool(const Credential&)>& wanted) {
  RequestBuilder builder(program->policy);
  std::string error;
  Current({}, &builder, &error);
  const std::string_view tenant = builder.Build().tenant;
  TableRows rows;
  for (const Credential& credential : Candidates()) {
    if (wanted(credential)) rows.push_back(CredentialRow(credential, tenant));
  }
  if (rows.empty()) return {};
  // Columns that nobody fills are left out.
  for (size_t column = rows.front().size(); column-- > 0;) {
    const bool filled = std::any_of(rows.begin(), rows.end(),
                                    [&](const auto& row) { return !row[column].empty(); });
    if (filled) continue;
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
  return TableText(rows, host.Columns());
}

Answer Repl::Impl::Credentials(std::string_view) {
  const std::string text = CredentialsText([](const Credential&) { return true; });
  return {.text = text.empty() ? "the request's tenant has no credentials\n" : text};
}

std::string Repl::Impl::CredentialText(std::string_view name) {
  return CredentialsText(
      [name](const Credential& credential) { return credential.name == name || credential.id == name; });
}

Answer Repl::Impl::Schema(std::string_view rest) {
  TableRows rows;
  for (const dsl::Attribute& attribute : program->policy->schema_attributes) {
    if (!attribute.path.text.starts_with(rest)) continue;
    std::string flags = attribute.optional ? "optional" : "required";
    if (attribute.untrusted) flags += " untrusted";
    rows.push_back({std::string(attribute.path.text), TypeText(attribute), flags, Printable(attribute.doc)});
  }
  if (rows.empty())
    return Wrong(Cat({"no attribute begins with ", Tick(Printable(rest)), "; `schema` lists them all"}));
  return {.text = TableText(rows, host.Columns())};
}

}  // namespace keyrule::evaluator
