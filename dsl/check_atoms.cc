#include "dsl/check_atoms.h"

#include "dsl/fields.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

constexpr std::string_view kEmptyText = "an empty text is the same as absent";

// The operator as it stands between the path and the operand, without the spaces around it.
Span OperatorSpan(const Sources& sources, const Path& path, const Span& operand) {
  Span span{path.span.source, path.span.end, operand.begin};
  const std::string_view text = sources.TextOf(span);
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return path.span;
  span.end = span.begin + static_cast<uint32_t>(text.find_last_not_of(kSpace)) + 1;
  span.begin += static_cast<uint32_t>(first);
  return span;
}

}  // namespace

AtomCheck::AtomCheck(Check& check, Place place) : check_(check), place_(place) {}

const Attribute* AtomCheck::SubjectOf(const Path& path) {
  if (place_ == Place::kRequest) return check_.AttributeOf(path);
  return IsCredentialField(path.text) ? &field_ : nullptr;
}

const Attribute* AtomCheck::Suits(const Path& path, OperatorKind kind, std::string_view spelling,
                                  const Span& operand) {
  const Attribute* attribute = SubjectOf(path);
  if (attribute == nullptr || Applies(kind, attribute->type)) return attribute;
  const std::string_view type = WithArticle(attribute->type);
  check_.Error(Code::KR0204, OperatorSpan(check_.sources, path, operand),
               Cat({Tick(spelling), " does not apply to ", type}),
               Cat({"operators of ", type, ": ", OperatorsOf(attribute->type)}));
  return nullptr;
}

void AtomCheck::WrongType(const Path& path, Type type, const Span& span, std::string_view literal) {
  check_.Error(Code::KR0201, span,
               Cat({Tick(path.text), " is ", WithArticle(type), ", not ", literal}),
               Cat({"write ", Example(type)}));
}

void AtomCheck::Take(const Bare& bare) {
  const Path& path = bare.path;
  const Attribute* attribute = SubjectOf(path);
  if (attribute == nullptr || attribute->type == Type::kBool) return;
  const std::string_view written = check_.sources.TextOf(path.span);
  check_.Error(Code::KR0203, path.span, Cat({Tick(written), " is not true or false by itself"}),
               Cat({"compare it, or write `", written, " is set`"}));
}

void AtomCheck::Take(const Comparison& comparison) {
  const Path& path = comparison.path;
  const Span operand =
      std::visit([](const auto& constant) { return constant.span; }, comparison.constant);
  const Attribute* attribute = Suits(path, KindOf(comparison.op), Spelling(comparison.op), operand);
  if (attribute == nullptr) return;
  const Type type = attribute->type;
  if (const auto* text = std::get_if<Text>(&comparison.constant)) {
    if (type != Type::kString && type != Type::kEnum) {
      WrongType(path, type, operand, "a string");
    } else if (text->value.empty()) {
      check_.Error(Code::KR0205, operand, std::string(kEmptyText),
                   comparison.op == CompareOp::kEqual ? "write `is not set`" : "write `is set`");
    } else {
      check_.ValueCanBe(*attribute, *text);
    }
  } else if (std::holds_alternative<Integer>(comparison.constant)) {
    if (type != Type::kInt) WrongType(path, type, operand, "an int");
  } else if (type != Type::kTimestamp) {
    WrongType(path, type, operand, "a timestamp");
  }
}

void AtomCheck::Take(const Membership& membership) {
  const Path& path = membership.path;
  const std::string_view in = membership.negated ? "not in" : "in";
  if (const auto* share = std::get_if<Share>(&membership.set)) {
    Suits(path, OperatorKind::kShare, membership.negated ? "not in …%" : "in …%", share->span);
    return CheckShare(*share);
  }
  if (const auto* texts = std::get_if<TextList>(&membership.set)) {
    RefuseEmpty(*texts);
    const Attribute* attribute = Suits(path, OperatorKind::kIn, in, texts->span);
    if (attribute == nullptr) return;
    if (attribute->type == Type::kInt) {
      return WrongType(path, Type::kInt, texts->items.front().span, "a string");
    }
    for (const Text& item : texts->items) check_.ValueCanBe(*attribute, item);
  } else if (const auto* integers = std::get_if<IntegerList>(&membership.set)) {
    const Attribute* attribute = Suits(path, OperatorKind::kIn, in, integers->span);
    if (attribute == nullptr || attribute->type == Type::kInt) return;
    WrongType(path, attribute->type, integers->items.front().span, "an int");
  } else {
    const auto& list = std::get<ListName>(membership.set);
    const Attribute* attribute = Suits(path, OperatorKind::kIn, in, list.name.span);
    if (attribute != nullptr) CheckNamedList(path, *attribute, list);
  }
}

void AtomCheck::CheckNamedList(const Path& path, const Attribute& attribute, const ListName& list) {
  const bool of_int = attribute.type == Type::kInt;
  const auto* texts = list.let == kUnresolved
                          ? nullptr
                          : std::get_if<TextList>(&check_.policy.lets[list.let].value);
  if (list.table != kUnresolved || texts != nullptr) {
    if (of_int) return WrongType(path, Type::kInt, list.name.span, "a string");
  } else if (list.let != kUnresolved && !of_int) {
    return WrongType(path, attribute.type, list.name.span, "an int");
  }
  if (texts == nullptr || !Check::IsLimited(attribute)) return;
  // Many conditions may name a long list: it is gone through once.
  size_t& at = first_wrong_[{&attribute, list.let}];
  for (; at < texts->items.size(); ++at) {
    const std::string_view value = texts->items[at].value;
    if (!value.empty() && !check_.ValueCanBe(attribute, {value, list.name.span})) return;
  }
}

void AtomCheck::Take(const TextTest& test) {
  const Attribute* attribute = Suits(test.path, KindOf(test.op), Spelling(test.op), test.text.span);
  if (test.op == TextOp::kMatches) {
    CheckPattern(test.text);
  } else if (attribute != nullptr && test.text.value.empty()) {
    check_.Error(Code::KR0205, test.text.span, std::string(kEmptyText), "write `is set`");
  }
}

void AtomCheck::RefuseEmpty(const TextList& list) {
  for (const Text& item : list.items) {
    if (!item.value.empty()) continue;
    check_.Error(Code::KR0205, item.span, std::string(kEmptyText), "write `is not set`");
  }
}

void AtomCheck::CheckShare(const Share& share) {
  const std::string_view written = check_.sources.TextOf(share.span);
  if (share.from < share.to) return;
  const std::string_view shown = written.substr(0, written.find('"'));
  check_.Error(Code::KR0206, share.span,
               Cat({Tick(shown.substr(0, shown.rfind('%') + 1)), " is empty"}),
               share.to == 0 ? "no value is in it; write a larger share, or leave the condition out"
                             : "a share runs from the smaller percentage to the larger one");
}

}  // namespace keyrule::dsl
