// The commands that list what there is, `help`, and what could stand at the end of a line.

#include <algorithm>
#include <set>

#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/decision_text.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kWidestWhen = 70;
constexpr size_t kWidestType = 44;

// Rows of cells, each column as wide as its widest cell.
std::string Table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) line += Pad(row[i], widths[i] + 2);
    while (line.ends_with(' ')) line.pop_back();
    text += line + "\n";
  }
  return text;
}

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
  Current(&builder, &error);
  std::vector<Credential> credentials;
  source->Candidates(builder.Build().tenant, &credentials);
  std::sort(credentials.begin(), credentials.end(), [](const Credential& a, const Credential& b) {
    return std::tie(a.name, a.provider, a.model, a.id) < std::tie(b.name, b.provider, b.model, b.id);
  });
  return credentials;
}

Answer Repl::Impl::Rules(std::string_view) {
  std::vector<std::vector<std::string>> rows;
  const dsl::Policy& policy = *program->policy;
  for (const dsl::Rule& rule : policy.rules) {
    const std::string when =
        rule.when ? Shorten(OneLine(policy.sources->TextOf(rule.when->span)), kWidestWhen) : "";
    rows.push_back({std::string(rule.name.text), when, ChainText(rule.chain)});
  }
  rows.push_back({"default", "", ChainText(policy.fallback.chain)});
  return {.text = Table(rows)};
}

Answer Repl::Impl::Pools(std::string_view) {
  const dsl::Policy& policy = *program->policy;
  RequestBuilder builder(program->policy);
  std::string error;
  Current(&builder, &error);
  const std::string_view provider = builder.Build().values[program->provider_slot].text();
  const std::vector<Credential> credentials = Candidates();
  std::vector<std::vector<std::string>> rows;
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
  return {.text = rows.empty() ? "the policy has no pools\n" : Table(rows)};
}

Answer Repl::Impl::Credentials(std::string_view) {
  RequestBuilder builder(program->policy);
  std::string error;
  Current(&builder, &error);
  const std::string_view tenant = builder.Build().tenant;
  std::vector<std::vector<std::string>> rows;
  for (const Credential& credential : Candidates()) {
    std::string state;
    if (!credential.enabled || session->snapshot().IsRevoked(credential)) state = "disabled";
    if (credential.expires_ms != 0) {
      state += (state.empty() ? "" : ", ") +
               std::string(credential.expires_ms <= session->now() ? "expired " : "expires ") +
               FormatTime(credential.expires_ms);
    }
    const CredentialState* health =
        session->snapshot().state().Credential(tenant, credential.id);
    const int64_t until = health->rest.rests_until.load();
    if (until > session->now()) {
      state += (state.empty() ? "" : ", ") + ("cooling until " + FormatTime(until));
    }
    std::string labels;
    for (const auto& [key, value] : credential.labels) {
      labels += (labels.empty() ? "" : " ") + Word(key) + "=" + Word(value);
    }
    const std::string weight =
        credential.weight > 0 ? "weight " + std::to_string(credential.weight) : "";
    rows.push_back({Word(credential.name), credential.id == credential.name ? "" : Word(credential.id),
                    ProviderText(credential), weight, labels, state});
  }
  if (rows.empty()) return {.text = Cat({"tenant ", Word(tenant), " has no credentials\n"})};
  // Columns that nobody fills are left out.
  for (size_t column = rows.front().size(); column-- > 0;) {
    const bool filled = std::any_of(rows.begin(), rows.end(),
                                    [&](const auto& row) { return !row[column].empty(); });
    if (filled) continue;
    for (auto& row : rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(column));
  }
  return {.text = Table(rows)};
}

Answer Repl::Impl::Schema(std::string_view) {
  std::vector<std::vector<std::string>> rows;
  for (const dsl::Attribute& attribute : program->policy->schema_attributes) {
    std::string flags = attribute.optional ? "optional" : "required";
    if (attribute.untrusted) flags += " untrusted";
    rows.push_back({std::string(attribute.path.text), TypeText(attribute), flags, Printable(attribute.doc)});
  }
  return {.text = Table(rows)};
}

Answer Repl::Impl::Help(std::string_view rest) {
  const std::vector<ReplCommand>& commands = ReplCommands();
  if (rest.empty()) {
    std::vector<std::vector<std::string>> rows;
    for (const ReplCommand& command : commands) {
      rows.push_back({std::string(command.form), std::string(command.summary)});
    }
    return {.text = Table(rows)};
  }
  std::vector<std::string_view> names;
  for (const ReplCommand& command : commands) {
    if (command.name == rest) {
      return {.text = Cat({command.form, "\n    ", command.summary, "\n",
                           command.detail.empty() ? "" : "    ", command.detail,
                           command.detail.empty() ? "" : "\n"})};
    }
    names.push_back(command.name);
  }
  return {.text = Cat({"no command is named ", Tick(Printable(rest)), "; ",
                       dsl::Suggest(rest, names, "commands"), "\n"}),
          .error = true};
}

const std::vector<ReplCommand>& ReplCommands() {
  using I = Repl::Impl;
  static const std::vector<ReplCommand> commands = {
      {"set", "set ATTRIBUTE = VALUE", "gives the request an attribute",
       "Several are separated by commas; `unique` is a new value for each call.", true, &I::Set},
      {"unset", "unset ATTRIBUTE", "takes one away again; `unset all` takes all", "", true,
       &I::Unset},
      {"request", "request [N times] [with …]", "shows the request, or calls and shows the split",
       "As in a test: `request 100 times with user.id = unique`, `3 times at once`, `5 times every 1m`.",
       true, &I::RequestCommand},
      {"decide", "decide", "decides the request as a new call", "", true, &I::Decide},
      {"why", "why [not RULE]", "explains the decision; or what keeps a rule from deciding", "",
       true, &I::Why},
      {"report", "report OUTCOME [with …]", "says what became of the call",
       "Outcomes: ok, rate_limited, unauthorized, out_of_credit, timed_out, server_error, "
       "caller_error. `with retry_after = 30s, tokens = 500`.",
       true, &I::ReportCommand},
      {"next", "next", "takes the next credential of the same rule, after a failure or a wait", "",
       true, &I::NextCommand},
      {"wait", "wait DURATION", "moves the clock on", "", true, &I::Wait},
      {"clock", "clock [TIME]", "shows the clock, or sets it", "", true, &I::ClockCommand},
      {"seed", "seed N", "begins the random draws anew", "", true, &I::Seed},
      {"rules", "rules", "lists the rules in their order", "", true, &I::Rules},
      {"pools", "pools", "lists the pools and who is in them for this request", "", true,
       &I::Pools},
      {"credentials", "credentials", "lists the credentials of the request's tenant", "", true,
       &I::Credentials},
      {"schema", "schema", "lists the attributes", "", true, &I::Schema},
      {"test", "test [GLOB]", "runs the tests in the policy", "", true, &I::Test},
      {"load", "load FILE", "reads another policy", "", false, &I::LoadCommand},
      {"reload", "reload", "reads the policy again", "", false, &I::Reload},
      {"help", "help [COMMAND]", "lists the commands, or explains one", "", false, &I::Help},
      {"quit", "quit", "ends", "", false, &I::Quit},
  };
  return commands;
}

// ---- completion

namespace {

void OfferAttributes(const dsl::Policy& policy, std::set<std::string>* offers) {
  for (const dsl::Attribute& attribute : policy.schema_attributes) {
    if (attribute.type != dsl::Type::kMapOfString) offers->emplace(attribute.path.text);
  }
  for (const dsl::Attribute& slot : policy.slots) {
    if (slot.type != dsl::Type::kMapOfString) offers->emplace(slot.path.text);
  }
}

void OfferValues(const RequestBuilder& builder, std::string_view path, std::set<std::string>* offers) {
  const dsl::Attribute* declared = builder.Declared(path);
  if (declared == nullptr) return;
  for (const dsl::Text& value : declared->values) offers->insert(dsl::InQuotes(value.value));
  if (declared->type == dsl::Type::kBool) offers->insert({"false", "true"});
  if (declared->type == dsl::Type::kString || declared->type == dsl::Type::kInt) {
    offers->insert("unique");
  }
}

}  // namespace

std::vector<std::string> Repl::Complete(std::string_view line) const {
  const size_t start = line.find_last_of(" \t,=") + 1;  // npos + 1 is 0
  const std::string_view begun = line.substr(start);
  std::string_view before = line.substr(0, start);
  const std::string_view command = TakeWord(&before);
  std::set<std::string> offers;
  if (command.empty() || command == "help") {
    for (const ReplCommand& known : ReplCommands()) offers.emplace(known.name);
  } else if (impl_->program != nullptr) {
    const dsl::Policy& policy = *impl_->program->policy;
    const size_t equals = before.find_last_of("=,");
    if (command == "set" || command == "unset" || before.find("with") != std::string_view::npos) {
      if (equals != std::string_view::npos && before[equals] == '=') {
        std::string_view path = before.substr(0, equals);
        path = TrimBlanks(path.substr(path.find_last_of(",") + 1));
        path = path.substr(path.find_last_of(" \t") + 1);
        OfferValues(RequestBuilder(impl_->program->policy), path, &offers);
      } else if (command == "report") {
        offers = {"cost", "latency", "retry_after", "tokens"};
      } else {
        OfferAttributes(policy, &offers);
      }
    } else if (command == "why" && before.empty()) {
      offers.insert("not");
    } else if (command == "why") {
      for (const dsl::Rule& rule : policy.rules) offers.emplace(rule.name.text);
      offers.insert("default");
    } else if (command == "report" && before.empty()) {
      for (const std::string_view word : OutcomeWords()) offers.emplace(word);
    } else if (command == "report" || command == "request" || command == "decide") {
      offers.insert("with");
    }
  }
  std::vector<std::string> words;
  for (const std::string& offer : offers) {
    if (offer.starts_with(begun)) words.push_back(offer);
  }
  return words;
}

}  // namespace keyrule::evaluator
