// The REPL's policy: loading, reloading, and what begins anew with it.

#include <algorithm>

#include "dsl/render.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/compiler.h"
#include "evaluator/decision_text.h"
#include "evaluator/policy_changes.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;
using Answer = Repl::Answer;

namespace {

constexpr size_t kMostChanges = 40;

// Credentials as a source has them, but for those that were given: those stand in the place of all of their name.
class GivenSource final : public CredentialSource {
 public:
  GivenSource(std::shared_ptr<const CredentialSource> source, std::vector<Credential> given)
      : source_(std::move(source)), given_(std::move(given)) {}

  bool Candidates(std::string_view tenant, std::vector<Credential>* out) const override {
    if (!source_->Candidates(tenant, out)) return false;
    std::erase_if(*out, [this](const Credential& credential) {
      return std::any_of(given_.begin(), given_.end(),
                         [&](const Credential& one) { return one.name == credential.name; });
    });
    out->insert(out->end(), given_.begin(), given_.end());
    return true;
  }
  bool IsFresh(int64_t now_ms) const noexcept override { return source_->IsFresh(now_ms); }
  const Revocations* revocations() const override { return source_->revocations(); }

 private:
  const std::shared_ptr<const CredentialSource> source_;
  const std::vector<Credential> given_;
};

std::string FilesText(const std::vector<std::string>& files) {
  std::string text;
  for (const std::string& file : files) text += (text.empty() ? "" : ", ") + Printable(file);
  return text;
}

}  // namespace

std::string Repl::Impl::Rendered(const std::vector<dsl::Diagnostic>& diagnostics, const dsl::Sources& sources) const {
  std::string text;
  for (const dsl::Diagnostic& diagnostic : diagnostics) {
    text += dsl::Render(diagnostic, sources, paint.on() ? dsl::RenderStyle::kColour : dsl::RenderStyle::kText);
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

std::shared_ptr<const Program> Repl::Impl::Read(const std::vector<std::string>& from,
                                                const std::vector<ReplFragment>& over, const Texts& with,
                                                std::string* problem) const {
  dsl::Overlay overlay;
  overlay.files.assign(from.begin() + 1, from.end());
  for (const ReplFragment& fragment : over) overlay.fragments.push_back(fragment.fragment);
  dsl::LoadOptions load;
  load.schema_file = options.schema_file;
  load.deny_warnings = options.deny_warnings;
  const dsl::LoadResult loaded = dsl::LoadOverlaid(*with, from.front(), overlay, load);
  *problem = Rendered(loaded.diagnostics.all(), *loaded.sources);
  if (const size_t unseen = loaded.diagnostics.unseen_errors(); unseen > 0) {
    *problem += "and " + Count(unseen, "more error") + "\n";
  }
  if (loaded.policy != nullptr) return Compile(loaded.policy);
  if (!loaded.diagnostics.has_errors()) {
    *problem += Count(loaded.diagnostics.warnings(), "warning") + ", which `--deny-warnings` does not allow\n";
  }
  return nullptr;
}

bool Repl::Impl::Load(const std::vector<std::string>& from, Answer* answer) {
  auto fresh_texts = std::make_shared<RememberingReader>(reader);
  const auto fresh = Read(from, {}, fresh_texts, &answer->problem);
  if (fresh == nullptr) return false;
  files = from;
  texts = std::move(fresh_texts);
  if (!fragments.empty()) answer->problem += Cat({Count(fragments.size(), "fragment"), " dropped\n"});
  fragments.clear();
  const dsl::Policy& policy = *fresh->policy;
  answer->text += Cat({FilesText(files), ": ", Count(policy.rules.size(), "rule"), ", ",
                       Count(policy.pools.size(), "pool"), ", ", Count(policy.tests.size(), "test"),
                       "; `help` lists the commands\n"});
  Take(fresh, answer);
  return true;
}

std::shared_ptr<const CredentialSource> Repl::Impl::SourceFor(const dsl::Policy& policy) const {
  std::shared_ptr<const CredentialSource> base = options.source;
  if (base == nullptr) base = std::make_shared<MemorySource>(CredentialsOfPolicy(policy));
  return given.empty() ? base : std::make_shared<GivenSource>(base, given_credentials);
}

void Repl::Impl::Take(std::shared_ptr<const Program> fresh, Answer* answer) {
  program = std::move(fresh);
  mentioned.reset();
  Begin();
  RequestBuilder builder(program->policy);
  std::string error;
  std::erase_if(settings, [&](const ReplSetting& setting) {
    if (ApplySetting(setting, nullptr, &builder, &error)) return false;
    answer->problem += Cat({"forgot ", Tick(Printable(setting.path)), ": ", error, "\n"});
    return true;
  });
}

void Repl::Impl::Begin() {
  if (program == nullptr) return;
  const int64_t now = session != nullptr ? session->now() : kTestStartMs;
  source = SourceFor(*program->policy);
  session = std::make_unique<Session>(program, source, now, seed);
  record = ReplRecord();
  last_settings.clear();
  unique = 0;
  changed = true;
}

std::string Repl::Impl::FreshAnswer(const std::shared_ptr<const Program>& of) {
  Session world(of, SourceFor(*of->policy), session->now(), seed);
  RequestBuilder builder(of->policy);
  std::string error;
  int64_t number = 0;
  for (const ReplSetting& setting : settings)
    ApplySetting(setting, &number, &builder, &error);  // what it does not take
  builder.FillRequired(world.now());
  Request request = builder.Build();
  request.dry = true;
  Decision decision;
  world.snapshot().Decide(request, world.now(), &decision);
  const std::string place = PlaceText(decision, world.snapshot());
  return VerdictLine(decision) + (place.empty() ? "" : " (" + place + ")");
}

std::shared_ptr<const dsl::Policy> Repl::Impl::CheckTyped(const dsl::Frame& frame, const std::string& behind,
                                                          std::string* problem) const {
  dsl::Overlay overlay;
  overlay.files.assign(files.begin() + 1, files.end());
  for (const ReplFragment& fragment : fragments) overlay.fragments.push_back(fragment.fragment);
  overlay.fragments.push_back({.name = std::string(kTypedName),
                               .text = Cat({frame.before, frame.typed.substr(frame.instead.size()), behind}),
                               .rule = {}});
  dsl::LoadOptions load;
  load.schema_file = options.schema_file;
  const dsl::LoadResult loaded = dsl::LoadOverlaid(*texts, files.front(), overlay, load);
  if (loaded.policy != nullptr) return loaded.policy;
  dsl::Sources sources;
  std::vector<dsl::Diagnostic> diagnostics = dsl::Unframed(loaded, std::string(kTypedName), frame, &sources);
  std::erase_if(diagnostics, [](const dsl::Diagnostic& one) { return one.severity != dsl::Severity::kError; });
  *problem = Rendered(diagnostics, sources);
  return nullptr;
}

Answer Repl::Impl::LoadCommand(std::string_view rest) {
  std::vector<std::string> from;
  if (!SplitWords(rest, &from)) return Wrong("a quote is not closed; write `load \"my policy.keyrule\"`");
  if (from.empty()) return Wrong("write which file, as in `load billing.keyrule`");
  Answer answer;
  answer.error = !Load(from, &answer);
  if (answer.error && program != nullptr) answer.problem += Cat({"kept ", FilesText(files), "\n"});
  return answer;
}

Answer Repl::Impl::Reload(std::string_view) {
  Answer answer;
  if (files.empty()) {  // the policy that could not be loaded, if any
    if (options.policies.empty()) return Wrong("no policy is loaded; `load FILE` reads one");
    answer.error = !Load(options.policies, &answer);
    return answer;
  }
  auto fresh_texts = std::make_shared<RememberingReader>(reader);
  const auto fresh = Read(files, fragments, fresh_texts, &answer.problem);
  if (fresh == nullptr) {
    answer.error = true;
    answer.problem += Cat({"kept ", FilesText(files), " as it was\n"});
    return answer;
  }
  const std::shared_ptr<const Program> old = program;
  if (old->policy->revision == fresh->policy->revision) return {.text = "nothing has changed\n"};
  texts = std::move(fresh_texts);
  const std::vector<PolicyChange> changes = ChangesOf(*old->policy, *fresh->policy);
  for (size_t i = 0; i < changes.size() && i < kMostChanges; ++i) {
    answer.text += Cat({Pad(ToString(changes[i].kind), 9), changes[i].what, "\n"});
  }
  if (changes.size() > kMostChanges)
    answer.text += Cat({"and ", Count(changes.size() - kMostChanges, "more change"), "\n"});
  if (changes.empty()) answer.text += "nothing has changed but blanks and comments\n";
  const std::string before = FreshAnswer(old);
  const bool forgets = !record.empty();
  Take(fresh, &answer);
  const std::string after = FreshAnswer(program);
  if (!changes.empty()) {
    answer.text += before == after ? Cat({"the request's answer stays: ", after, "\n"})
                                   : Cat({"the request's answer moves: ", before, " → ", after, "\n"});
  }
  if (forgets) answer.problem += "begun anew: nothing is remembered of the calls before\n";
  return answer;
}

Answer Repl::Impl::Forget(std::string_view rest) {
  if (!rest.empty()) return Wrong("`forget` takes nothing: it forgets what was done; `unset` takes an attribute away");
  session.reset();
  shift_ms = 0;
  live = options.source != nullptr;
  Begin();
  return {};
}

Answer Repl::Impl::Reset(std::string_view rest) {
  if (!rest.empty()) return Wrong("`reset` takes nothing; `drop` and `unset` take single things away");
  settings.clear();
  given.clear();
  given_credentials.clear();
  seed = options.seed;
  return Forget({});
}

}  // namespace keyrule::evaluator
