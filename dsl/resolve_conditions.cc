#include "dsl/resolver.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {

void Resolver::ResolveCondition(Condition& condition, Place place,
                                std::vector<Reference>* references) {
  std::visit(
      Overloaded{
          [&](All& all) {
            for (Condition& term : all.terms) ResolveCondition(term, place, references);
          },
          [&](Any& any) {
            for (Condition& term : any.terms) ResolveCondition(term, place, references);
          },
          [&](Not& negated) { ResolveCondition(negated.term.front(), place, references); },
          [&](Bare& bare) { ResolveBare(bare, place, references); },
          [&](Membership& membership) {
            ResolvePath(membership.path, place);
            if (auto* list = std::get_if<ListName>(&membership.set)) ResolveList(*list);
          },
          [&](ClockTest& clock) {
            if (place == Place::kRequest) return;
            constexpr std::string_view kFields[] = {"time", "weekday", "date"};
            ResolveField({std::string(kFields[static_cast<size_t>(clock.field)]), condition.span});
          },
          [&](auto& atom) { ResolvePath(atom.path, place); }},
      condition.node);
}

void Resolver::ResolveBare(Bare& bare, Place place, std::vector<Reference>* references) {
  Path& path = bare.path;
  if (place == Place::kCredential) return ResolveField(path);
  const Meaning* meaning = loading_.names.Use(path.text);
  if (meaning != nullptr && meaning->kind == NameKind::kCondition) {
    bare.let = meaning->index;
    if (references != nullptr) references->push_back({&bare.let, path.span});
    return;
  }
  if (loading_.lost.Name(path.text)) return;
  if (meaning != nullptr && meaning->kind != NameKind::kAttribute) {
    const bool holds_values = meaning->kind == NameKind::kList || meaning->kind == NameKind::kTable;
    loading_.Error(Code::KR0203, path.span,
                   Cat({Tick(path.text), " is not true or false by itself"}),
                   holds_values ? Cat({"write `… in ", path.text, "`"}) : OtherMeaning(path.text));
    return;
  }
  path.slot = loading_.slots->Of(path.text);
  if (path.slot != kUnresolved || loading_.lost.schema()) return;
  if (path.text.find('.') != std::string::npos) return ResolveAttribute(path);
  std::string help;
  if (!loading_.diagnostics.full()) {
    std::vector<std::string_view> legal = loading_.names.Of({NameKind::kCondition});
    for (const Attribute& attribute : loading_.policy.schema_attributes) {
      if (attribute.type == Type::kBool) legal.push_back(attribute.path.text);
    }
    // A guess may also be an attribute that still has to be compared; the list holds only what can
    // stand here.
    std::string_view guess = Nearest(path.text, legal);
    if (guess.empty()) guess = Nearest(path.text, loading_.names.Of({NameKind::kAttribute}));
    const bool always = path.text == "True" || path.text == "TRUE";
    help = always          ? "what holds for all other requests stands in `default`"
           : guess.empty() ? Suggest(path.text, legal, "conditions", "there are no conditions")
                         : Cat({"did you mean `", guess, "`?"});
  }
  loading_.Error(Code::KR0105, path.span,
                 Cat({"no list, condition or table is named ", Tick(path.text)}), std::move(help));
}

void Resolver::ResolveList(ListName& list) {
  const Name& name = list.name;
  const Meaning* meaning = loading_.names.Use(name.text);
  if (meaning == nullptr) {
    Unknown(Code::KR0105, "list, condition or table", name.text, name.span,
            {NameKind::kList, NameKind::kTable}, "lists and tables");
  } else if (meaning->kind == NameKind::kList) {
    list.let = meaning->index;
  } else if (meaning->kind == NameKind::kTable) {
    list.table = meaning->index;
  } else if (!loading_.lost.Name(name.text)) {
    loading_.Error(
        Code::KR0201, name.span,
        Cat({Tick(name.text), " is ", WithArticle(meaning->kind), ", not a list or a table"}));
  }
}

}  // namespace keyrule::dsl
