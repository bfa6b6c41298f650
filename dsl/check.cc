#include "dsl/check.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dsl/limits.h"
#include "dsl/silence.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

struct Stage {
  std::string_view name;
  void (*run)(Check&);
};

// None depends on another; the order is that of the language's page.
constexpr std::array kStages = {
    Stage{"conditions", CheckConditions},
    Stage{"pools", CheckPools},
    Stage{"meters", CheckMeters},
    Stage{"chains", CheckChains},
    Stage{"flow", CheckFlow},
    Stage{"absence", CheckAbsence},
    Stage{"windows", CheckWindows},
    Stage{"tests", CheckTests},
    Stage{"use", CheckUse},
};

// `langgenius/openai/openai`: `openai`. Without a bare name, which other organisations' plugins have, nor langgenius' where
// plugin and provider differ: the whole.
std::string_view BareProviderName(std::string_view given) {
  constexpr std::string_view kOrganisation = "langgenius/";
  const size_t slash = given.rfind('/');
  if (!given.starts_with(kOrganisation) || slash < kOrganisation.size()) return given;
  const std::string_view plugin = given.substr(kOrganisation.size(), slash - kOrganisation.size());
  const std::string_view provider = given.substr(slash + 1);
  if (provider.empty()) return given;
  return plugin == (provider == "google" ? "gemini" : provider) ? provider : given;
}

bool Overlap(const Span& a, const Span& b) {
  return a.source == b.source && a.begin < b.end && b.begin < a.end;
}

}  // namespace

void Check::Warn(Code code, const Span& span, std::string message, std::string help,
                 std::vector<Note> notes) {
  if (warnings_.size() == kMaxKeptWarnings) {
    ++more_warnings_;
    return;
  }
  std::string place = std::to_string(static_cast<unsigned>(code)) + ":" +
                      std::to_string(span.source) + ":" + std::to_string(span.begin) + ":" + message;
  if (!places_.insert(std::move(place)).second) return;
  warnings_.push_back(
      {code, Severity::kWarning, std::move(message), std::move(help), span, std::move(notes)});
}

void Check::GiveWarnings() {
  const std::vector<Diagnostic> errors = loading.diagnostics.all();
  Silencer silencer(sources);
  for (Diagnostic& warning : warnings_) {
    const bool covered = std::any_of(errors.begin(), errors.end(), [&](const Diagnostic& error) {
      return Overlap(error.span, warning.span);
    });
    if (covered) continue;
    if (const std::string* reason = silencer.ReasonFor(warning)) {
      loading.silenced.push_back({std::move(warning), *reason});
      continue;
    }
    loading.diagnostics
        .Add(warning.code, warning.span, std::move(warning.message), std::move(warning.help))
        .notes = std::move(warning.notes);
  }
  loading.diagnostics.CountWarnings(more_warnings_);
  silencer.AddRemarks(loading.diagnostics);
}

bool Check::ValueCanBe(const Attribute& attribute, const Text& value) {
  if (attribute.path.text == "provider") return ProviderCanBe(value);
  if (attribute.type != Type::kEnum || value.value.empty()) return true;
  std::unordered_set<std::string_view>& known = values_[&attribute];
  if (known.empty()) {
    for (const Text& legal : attribute.values) known.insert(legal.value);
  }
  if (known.contains(value.value)) return true;
  std::string help;
  std::vector<std::string_view> values;
  if (!loading.diagnostics.full()) {
    for (const Text& legal : attribute.values) values.push_back(legal.value);
  }
  if (const std::string_view nearest = Nearest(value.value, values); !nearest.empty()) {
    help = Cat({"did you mean `", InQuotes(nearest), "`?"});
  } else {
    std::vector<std::string> quoted;
    for (std::string_view legal : values) quoted.push_back(InQuotes(legal));
    help = Cat({"its values: ", ListOf({quoted.begin(), quoted.end()})});
  }
  Error(Code::KR0202, value.span,
        Cat({Tick(attribute.path.text), " is never ", Tick(InQuotes(value.value))}),
        std::move(help));
  return false;
}

// What Dify calls `langgenius/openai/openai` is `openai` in every request: see names.py of keyrule.dify.
bool Check::ProviderCanBe(const Text& value) {
  if (policy.schema != "dify") return true;
  const std::string_view name = BareProviderName(value.value);
  if (name == value.value) return true;
  Error(Code::KR0202, value.span, Cat({"`provider` is never ", Tick(InQuotes(value.value))}),
        Cat({"Dify's requests spell it ", Tick(InQuotes(name))}));
  return false;
}

bool Check::HasText(const Path& path) {
  const Attribute* attribute = AttributeOf(path);
  if (attribute == nullptr || attribute->type == Type::kString || attribute->type == Type::kEnum) {
    return true;
  }
  Error(Code::KR0201, path.span,
        Cat({Tick(path.text), " is ", WithArticle(attribute->type), ", not a string"}),
        "name an attribute that is a string or an enum");
  return false;
}

bool Check::HasOneValue(const Path& path) {
  const Attribute* attribute = AttributeOf(path);
  return (attribute != nullptr && attribute->type == Type::kInt) || HasText(path);
}

void CheckPolicy(Loading& loading) {
  Check check(loading);
  for (const Stage& stage : kStages) stage.run(check);
  check.GiveWarnings();
}

}  // namespace keyrule::dsl
