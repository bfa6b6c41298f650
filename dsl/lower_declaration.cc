#include <utility>

#include "dsl/lowering.h"

namespace keyrule::dsl {
namespace {

Type TypeOf(TokenKind word) {
  switch (word) {
    case TokenKind::word_int:
      return Type::kInt;
    case TokenKind::word_bool:
      return Type::kBool;
    case TokenKind::word_timestamp:
      return Type::kTimestamp;
    case TokenKind::word_enum:
      return Type::kEnum;
    case TokenKind::word_list:
      return Type::kListOfString;
    case TokenKind::word_map:
      return Type::kMapOfString;
    default:
      return Type::kString;
  }
}

}  // namespace

SchemaStatement Lowering::LowerSchema(NodeView node) {
  Children children = node.children();
  SchemaStatement schema;
  schema.span = node.span();
  schema.name = LowerText(children.Take(NodeKind::kText));
  schema.defines = node.Has(TokenKind::kOpenBrace) && !node.Has(TokenKind::word_with);
  while (!children.done()) {
    schema.attributes.push_back(LowerAttribute(children.Take(NodeKind::kAttribute)));
  }
  return schema;
}

Attribute Lowering::LowerAttribute(NodeView node) {
  Children children = node.children();
  Attribute attribute;
  attribute.span = node.span();
  attribute.path = LowerPath(children.Take(NodeKind::kPath));
  const NodeView type = children.Take(NodeKind::kType);
  attribute.type = TypeOf(type.token());
  if (attribute.type == Type::kEnum) {
    attribute.values = LowerTexts(type.children().Take(NodeKind::kTexts)).items;
  }
  while (!children.done()) {
    const NodeView part = children.Take();
    if (part.kind() == NodeKind::kOptional) attribute.optional = true;
    if (part.kind() == NodeKind::kUntrusted) attribute.untrusted = true;
    if (part.kind() == NodeKind::kText) attribute.doc = LowerText(part).value;
  }
  return attribute;
}

Import Lowering::LowerImport(NodeView node) {
  return {LowerText(node.children().Take(NodeKind::kText)), node.span()};
}

Let Lowering::LowerLet(NodeView node) {
  Children children = node.children();
  Let let{LowerName(children.Take(NodeKind::kName)), TextList{}, node.span()};
  const NodeView value = children.Take();
  switch (value.kind()) {
    case NodeKind::kTexts:
      let.value = LowerTexts(value);
      break;
    case NodeKind::kIntegers:
      let.value = LowerIntegers(value);
      break;
    default:
      let.value = LowerCondition(value);
  }
  return let;
}

Table Lowering::LowerTable(NodeView node) {
  Children children = node.children();
  Table table;
  table.span = node.span();
  table.name = LowerName(children.Take(NodeKind::kName));
  if (children.Is(NodeKind::kTableFile)) {
    Children parts = children.Take().children();
    Text file = LowerText(parts.Take(NodeKind::kText));
    Text key = LowerText(parts.Take(NodeKind::kText));
    table.file = Table::File{std::move(file), std::move(key), LowerText(parts.Take(NodeKind::kText))};
    return table;
  }
  std::vector<TableEntry> rows;
  rows.reserve(node.Count(NodeKind::kEntry));
  while (!children.done()) {
    Children parts = children.Take(NodeKind::kEntry).children();
    Text key = LowerText(parts.Take(NodeKind::kText));
    rows.push_back({std::move(key), LowerText(parts.Take(NodeKind::kText))});
  }
  table.rows = std::make_shared<const std::vector<TableEntry>>(std::move(rows));
  return table;
}

}  // namespace keyrule::dsl
