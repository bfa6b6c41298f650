#include "dsl/overlay.h"

#include <algorithm>
#include <utility>

#include "dsl/loading.h"
#include "dsl/parser.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// What makes two statements the same one: the kind and the name. A schema or an import has none.
std::string_view NameOf(const Statement& statement) {
  return std::visit(Overloaded{[](const SchemaStatement&) { return std::string_view(); },
                               [](const Import&) { return std::string_view(); },
                               [](const Test& test) { return test.name.value.view(); },
                               [](const auto& named) { return named.name.text.view(); }},
                    statement);
}

bool IsRule(const Statement& statement) {
  const auto* rule = std::get_if<Rule>(&statement);
  return rule != nullptr && rule->when.has_value();
}

class Applier {
 public:
  explicit Applier(Loading& loading) : loading_(loading), all_(loading.statements) {}

  void Apply(const Fragment& fragment) {
    const uint32_t source = loading_.sources->Add(fragment.name, fragment.text);
    loading_.fragments.push_back(source);
    const size_t errors = loading_.diagnostics.errors();
    File file = ParseStatements(*loading_.sources, source, loading_.diagnostics);
    if (loading_.diagnostics.errors() > errors) loading_.lost.Note(loading_.sources->at(source), file);
    for (Statement& statement : file.statements) Put(std::move(statement), fragment);
  }

 private:
  using At = std::deque<Statement>::iterator;

  void Put(Statement statement, const Fragment& fragment) {
    const At old = std::find_if(all_.begin(), all_.end(), [&](const Statement& other) {
      return other.index() == statement.index() && IsRule(other) == IsRule(statement) &&
             !NameOf(statement).empty() && NameOf(other) == NameOf(statement);
    });
    const bool placed = IsRule(statement) && fragment.place != Fragment::Place::kUsual;
    if (old != all_.end() && !placed) {
      *old = std::move(statement);
      return;
    }
    if (!IsRule(statement)) {
      all_.push_back(std::move(statement));
      return;
    }
    if (old != all_.end() && NameOf(statement) != fragment.rule) all_.erase(old);
    all_.insert(Place(statement, fragment), std::move(statement));
  }

  At Place(const Statement& statement, const Fragment& fragment) {
    if (fragment.place == Fragment::Place::kUsual) return std::find_if(all_.begin(), all_.end(), IsRule);
    const At anchor = std::find_if(all_.begin(), all_.end(), [&](const Statement& other) {
      return IsRule(other) && NameOf(other) == fragment.rule;
    });
    if (anchor != all_.end()) return fragment.place == Fragment::Place::kBefore ? anchor : anchor + 1;
    std::vector<std::string_view> names;
    for (const Statement& other : all_) {
      if (IsRule(other)) names.push_back(NameOf(other));
    }
    loading_.Error(Code::KR0105, std::get<Rule>(statement).name.span,
                   Cat({"no rule is named ", Tick(fragment.rule), ", beside which it would stand"}),
                   Suggest(fragment.rule, names, "rules", "there are no rules"));
    return all_.end();
  }

  Loading& loading_;
  std::deque<Statement>& all_;
};

}  // namespace

void ApplyFragments(Loading& loading, const std::vector<Fragment>& fragments) {
  Applier applier(loading);
  for (const Fragment& fragment : fragments) applier.Apply(fragment);
}

std::vector<Diagnostic> Unframed(const LoadResult& result, const std::string& name, const Frame& frame,
                                 Sources* sources) {
  uint32_t framed = UINT32_MAX;
  for (uint32_t source = 0; source < result.sources->size(); ++source) {
    const Source& text = result.sources->at(source);
    if (text.name() == name) {
      framed = source;
      sources->Add(name, frame.typed);
    } else {
      sources->Add(text.name(), std::string(text.text()));
    }
  }
  const auto move = [&](Span& span) {
    if (span.source != framed) return;
    const size_t size = frame.typed.size();
    for (uint32_t* at : {&span.begin, &span.end}) {
      // What was written before it stands for its beginning; what was written behind it, for its end.
      *at = *at < frame.before.size()
                ? 0
                : static_cast<uint32_t>(std::min(*at - frame.before.size() + frame.instead.size(), size));
    }
    if (span.begin == span.end && span.begin > 0) --span.begin;
  };
  std::vector<Diagnostic> diagnostics = result.diagnostics.all();
  for (Diagnostic& diagnostic : diagnostics) {
    move(diagnostic.span);
    for (Note& note : diagnostic.notes) move(note.span);
  }
  return diagnostics;
}

}  // namespace keyrule::dsl
