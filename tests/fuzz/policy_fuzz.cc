// Any bytes as a policy: parser, names, checks and every rendering; what loads is compiled and decides a request. A policy that
// does not load and says no error is a bug.
#include <string>
#include <string_view>
#include <vector>

#include "dsl/load.h"
#include "dsl/render.h"
#include "evaluator/compiler.h"
#include "tests/fuzz/fuzz_driver.h"

namespace keyrule::dsl {
namespace {

// The policy under test imports itself, a library or a table.
class FuzzReader : public FileReader {
 public:
  explicit FuzzReader(std::string_view text) : text_(text) {}
  bool Read(const std::string& path, std::string* text, std::string* error) const override {
    if (path.ends_with("policy.keyrule")) {
      *text = text_;
    } else if (path.ends_with(".csv")) {
      *text = "app,key\r\ninvoices,\"prod\"\"eu\"\r\nsearch,prod-us\r\n";
    } else if (path.ends_with(".keyrule")) {
      *text =
          "keyrule 1\nschema \"dify\"\nlet paid = [\"a\", \"b\"]\npool production { \"k1\" \"k2\" "
          "}\n";
    } else {
      *error = "no such file";
      return false;
    }
    return true;
  }

 private:
  std::string_view text_;
};

}  // namespace

void Try(std::string_view text) {
  const FuzzReader reader(text);
  const LoadResult result = LoadText(reader, "policy.keyrule", std::string(text));
  bool errors = false;
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    errors |= diagnostic.severity == Severity::kError;
    for (const RenderStyle style : {RenderStyle::kColour, RenderStyle::kText, RenderStyle::kPlain})
      Require(Render(diagnostic, *result.sources, style).ends_with('\n'), "an unfinished line");
    Require(!RenderJson(diagnostic, *result.sources).empty(), "no JSON");
  }
  Require(errors == (result.policy == nullptr), "errors and a policy, or neither");
  if (result.policy == nullptr) return;
  const auto program = evaluator::Compile(result.policy);
  const std::vector<evaluator::Value> absent(program->slot_count());
  evaluator::MatchScratch scratch;
  Require(program->Match(absent, 0, &scratch) < program->rules.size(), "no rule decides");
}

}  // namespace keyrule::dsl
