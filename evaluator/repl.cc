#include "evaluator/repl.h"

#include <algorithm>

#include "dsl/suggest.h"
#include "dsl/token.h"
#include "dsl/wording.h"
#include "evaluator/clock.h"
#include "evaluator/repl_impl.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {

using dsl::Cat;
using dsl::Tick;

namespace {

constexpr int64_t kSecond = 1'000;

// A statement of the language, to be tried. `schema` and `test` are commands as well.
bool BeginsStatement(std::string_view word, std::string_view rest) {
  if (word == "test") return rest.starts_with('"') && rest.find('{') != std::string_view::npos;
  if (word == "schema" || word == "import") return false;
  return dsl::IsStatementWord(dsl::WordKind(word));
}

// Not inside a text that nobody has closed.
bool EndsWithComma(std::string_view line) {
  if (!line.ends_with(',')) return false;
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '\\') {
      ++i;
    } else if (line[i] == '"') {
      quoted = !quoted;
    }
  }
  return !quoted;
}

// The words after which blocks, lists and parentheses may go over several lines.
bool MaySpanLines(std::string_view word) {
  constexpr std::string_view kWords[] = {"try", "is", "given", "expect", "schema", "import"};
  return dsl::IsStatementWord(dsl::WordKind(word)) ||
         std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

}  // namespace

Repl::Answer Wrong(std::string line) { return {.problem = std::move(line) + "\n", .error = true}; }

Repl::Impl::Impl(const dsl::FileReader& file_reader, ReplOptions repl_options)
    : options(std::move(repl_options)),
      host(options.host != nullptr ? *options.host : alone),
      reader(file_reader),
      paint(options.colour),
      live(options.source != nullptr),
      seed(options.seed) {
  if (options.policies.empty()) {
    opening = "no policy is loaded; `load FILE` reads one\n";
    return;
  }
  Answer answer;
  Load(options.policies, &answer);
  opening = answer.problem + answer.text;
}

// Brackets outside texts, patterns and comments; and a comma behind which something must come.
bool Repl::Impl::NeedsMore(std::string_view text) const {
  std::string_view rest = text;
  const std::string_view word = TakeWord(&rest);
  if (word.starts_with('#')) return false;
  const std::string_view last = text.substr(text.rfind('\n') + 1);  // npos + 1 is 0
  if (EndsWithComma(TrimBlanks(WithoutComment(last)))) return true;
  if (!MaySpanLines(word)) return false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '"':
      case '/': {  // a text or a pattern, which ends with its line at the latest
        const char quote = text[i];
        for (++i; i < text.size() && text[i] != quote && text[i] != '\n'; ++i) i += text[i] == '\\';
        break;
      }
      case '#':
        while (i < text.size() && text[i] != '\n') ++i;
        break;
      case '{':
      case '(':
      case '[': ++depth; break;
      case '}':
      case ')':
      case ']': --depth; break;
      default: break;
    }
  }
  return depth > 0;
}

Repl::Answer Repl::Impl::Feed(std::string_view line) {
  const std::string_view whole = TrimBlanks(line);
  if (whole.empty() || (whole.starts_with('#') && whole.find('\n') == std::string_view::npos)) return {};
  lines.emplace_back(whole);
  std::string_view rest = whole;
  std::string_view word = TakeWord(&rest);
  if (session != nullptr && live) {
    // By whole seconds, as tests write moments.
    session->SetClock((SystemClock().NowMs() + shift_ms) / kSecond * kSecond);
  }
  const int64_t before = session != nullptr ? session->now() : 0;
  const Session* const same = session.get();
  Answer answer = Run(word, rest, whole);
  // Time that a command let pass stays passed.
  if (session != nullptr && session.get() == same && live) shift_ms += session->now() - before;
  return answer;
}

Repl::Answer Repl::Impl::Run(std::string_view word, std::string_view rest, std::string_view whole) {
  constexpr std::string_view kNoPolicy = "no policy is loaded; `load FILE` reads one";
  if (BeginsStatement(word, rest)) {
    if (program == nullptr) return Wrong(std::string(kNoPolicy));
    return word == "test" ? TypedTest(whole) : Try(whole);
  }
  if (word == "exit") word = "quit";
  const std::vector<ReplCommand>& commands = ReplCommands();
  const auto command = std::find_if(commands.begin(), commands.end(),
                                    [&](const ReplCommand& c) { return c.name == word; });
  if (command == commands.end()) {
    if (word == "import") return Wrong("`load A B` reads several files; an `import` stands in a file");
    std::vector<std::string_view> names;
    for (const ReplCommand& known : commands) names.push_back(known.name);
    const std::string_view nearest = dsl::Nearest(word, names);
    return Wrong(Cat({"no command is named ", Tick(Printable(word)), "; ",
                      nearest.empty() ? "`help` lists them" : "did you mean ",
                      nearest.empty() ? std::string() : Tick(nearest) + "?"}));
  }
  if (command->needs_policy && program == nullptr) return Wrong(std::string(kNoPolicy));
  // A statement may have comments of its own.
  return (this->*command->run)(command->name == "try" ? rest : WithoutComment(rest));
}

Repl::Repl(const dsl::FileReader& reader, ReplOptions options)
    : impl_(std::make_unique<Impl>(reader, std::move(options))) {}
Repl::~Repl() = default;

bool Repl::ready() const { return impl_->program != nullptr; }
const std::string& Repl::opening() const { return impl_->opening; }
bool Repl::NeedsMore(std::string_view text) const { return impl_->NeedsMore(text); }
Repl::Answer Repl::Feed(std::string_view text) { return impl_->Feed(text); }

}  // namespace keyrule::evaluator
