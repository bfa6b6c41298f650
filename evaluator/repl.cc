#include "evaluator/repl.h"

#include <algorithm>

#include "dsl/render.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/clock.h"
#include "evaluator/compiler.h"
#include "evaluator/repl_impl.h"
#include "evaluator/test_world.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;

Repl::Impl::Impl(const dsl::FileReader& file_reader, ReplOptions repl_options)
    : reader(file_reader), options(std::move(repl_options)), seed(options.seed) {
  live = options.source != nullptr;
  if (options.policy_path.empty()) {
    opening = "no policy is loaded; `load FILE` reads one\n";
  } else {
    Load(options.policy_path, &opening);
  }
}

std::string Repl::Impl::Diagnose(const dsl::LoadResult& loaded) const {
  std::string text;
  for (const dsl::Diagnostic& diagnostic : loaded.diagnostics.all()) {
    text += dsl::Render(diagnostic, *loaded.sources,
                        options.colour ? dsl::RenderStyle::kColour : dsl::RenderStyle::kText);
    if (!text.ends_with('\n')) text += '\n';
  }
  return text;
}

bool Repl::Impl::Load(const std::string& file, std::string* text) {
  const dsl::LoadResult loaded = dsl::Load(reader, file);
  *text = Diagnose(loaded);
  if (loaded.policy == nullptr) return false;
  const int64_t now = session != nullptr ? session->now() : kTestStartMs;
  session.reset();  // borrows nothing of the new one
  program = Compile(loaded.policy);
  policy_file = file;
  source = options.source != nullptr
               ? options.source
               : std::make_shared<MemorySource>(CredentialsOfPolicy(*loaded.policy));
  session = std::make_unique<Session>(program, source, now, seed);
  changed = true;
  const dsl::Policy& policy = *loaded.policy;
  *text += Cat({file, ": ", Count(policy.rules.size(), "rule"), ", ",
                Count(policy.pools.size(), "pool"), ", ", Count(policy.tests.size(), "test"),
                "; `help` lists the commands\n"});
  // What the new policy cannot take is forgotten, and said.
  RequestBuilder builder(program->policy);
  std::string error;
  std::erase_if(settings, [&](const ReplSetting& setting) {
    if (ApplySetting(setting, 0, &builder, &error)) return false;
    *text += Cat({"forgot ", Tick(Printable(setting.path)), ": ", error, "\n"});
    return true;
  });
  return true;
}

Repl::Answer Repl::Impl::Feed(std::string_view line) {
  std::string_view rest = TrimBlanks(line);
  if (rest.empty() || rest.starts_with('#')) return {};
  std::string_view word = TakeWord(&rest);
  if (word == "exit") word = "quit";
  const std::vector<ReplCommand>& commands = ReplCommands();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const ReplCommand& c) { return c.name == word; });
  if (command == commands.end()) {
    std::vector<std::string_view> names;
    for (const ReplCommand& known : commands) names.push_back(known.name);
    const std::string_view nearest = dsl::Nearest(word, names);
    return {.text = Cat({"no command is named ", Tick(Printable(word)), "; ",
                         nearest.empty() ? "`help` lists them" : "did you mean ",
                         nearest.empty() ? std::string() : Tick(nearest) + "?", "\n"}),
            .error = true};
  }
  if (command->needs_policy && program == nullptr) {
    return {.text = "no policy is loaded; `load FILE` reads one\n", .error = true};
  }
  if (session != nullptr && live) session->SetClock(SystemClock().NowMs() + shift_ms);
  const int64_t before = session != nullptr ? session->now() : 0;
  const Session* const same = session.get();
  Answer answer = (this->*command->run)(rest);
  // Time that a command let pass stays passed.
  if (session != nullptr && session.get() == same && live) shift_ms += session->now() - before;
  return answer;
}

bool Repl::Impl::Fill(const std::vector<ReplSetting>& more, RequestBuilder* builder,
                      std::string* error) {
  ++unique;
  for (const std::vector<ReplSetting>* list : {&std::as_const(settings), &more}) {
    for (const ReplSetting& setting : *list) {
      if (!ApplySetting(setting, unique, builder, error)) return false;
    }
  }
  return true;
}

bool Repl::Impl::Current(RequestBuilder* builder, std::string* error) {
  for (const ReplSetting& setting : settings) {
    if (!ApplySetting(setting, unique, builder, error)) return false;
  }
  builder->FillRequired(session->now());
  return true;
}

Repl::Repl(const dsl::FileReader& reader, ReplOptions options)
    : impl_(std::make_unique<Impl>(reader, std::move(options))) {}
Repl::~Repl() = default;

bool Repl::ready() const { return impl_->program != nullptr; }
const std::string& Repl::opening() const { return impl_->opening; }
Repl::Answer Repl::Feed(std::string_view line) { return impl_->Feed(line); }

}  // namespace keyrule::evaluator
