#include <algorithm>

#include "dsl/limits.h"
#include "dsl/literal.h"
#include "dsl/lowering.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

// Quoted parts lose their quotes: inputs."client-id" is the entry client-id.
std::string WithoutQuotes(std::string_view written) {
  std::string path;
  for (size_t at = 0; at < written.size();) {
    const size_t quote = std::min(written.find('"', at), written.size());
    path += written.substr(at, quote - at);
    at = quote;
    if (at == written.size()) break;
    size_t close = at + 1;
    while (written[close] != '"') close += written[close] == '\\' ? 2 : 1;
    path += DecodeText(written.substr(at, close + 1 - at));
    at = close + 1;
  }
  return path;
}

}  // namespace

void Lowering::TooLarge(Span span, std::string_view what, std::string_view limit) {
  diagnostics_.Add(Code::KR0014, span, Cat({what, " is larger than ", limit}));
}

void Lowering::CheckSize(Span span, size_t bytes) {
  if (bytes > kMaxLiteralBytes) TooLarge(span, "this text", "4,096 bytes");
}

void Lowering::BoundText(Words& text, Span span) {
  CheckSize(span, text.size());
  if (text.size() <= kMaxLiteralBytes) return;
  size_t size = kMaxLiteralBytes;
  while ((static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  text = Words(text.substr(0, size));  // messages may repeat it
}

Name Lowering::LowerName(NodeView node) {
  const std::string_view text = node.text();
  if (text.size() > kMaxLiteralBytes) TooLarge(node.span(), "this name", "4,096 bytes");
  return {Words::In(text.substr(0, kMaxLiteralBytes)), node.span()};  // messages may repeat it
}

Path Lowering::LowerPath(NodeView node) {
  const std::string_view written = node.text();
  Path path{.text = Words::In(written), .span = node.span()};
  if (node.token() == TokenKind::kPath && written.find('"') != written.npos) {
    path.text = WithoutQuotes(written);
  }
  BoundText(path.text, path.span);
  return path;
}

Text Lowering::LowerText(NodeView node) {
  const std::string_view written = node.text();
  const bool escaped = written.find('\\') != written.npos;
  Text text{escaped ? Words(DecodeText(written)) : Words::In(written.substr(1, written.size() - 2)),
            node.span()};
  BoundText(text.value, text.span);
  return text;
}

Text Lowering::LowerPattern(NodeView node) {
  const std::string_view written = node.text();
  const bool escaped = written.find("\\/") != written.npos;
  Text text{escaped ? Words(DecodePattern(written)) : Words::In(written.substr(1, written.size() - 2)),
            node.span()};
  CheckSize(text.span, text.value.size());
  if (text.value.size() > kMaxLiteralBytes) text.value = Words();  // it is not looked at further
  return text;
}

Integer Lowering::LowerInteger(NodeView node) {
  const std::optional<int64_t> value = IntegerValue(node.text());
  if (!value) {
    const bool negative = node.text().starts_with('-');
    diagnostics_.Add(Code::KR0014, node.span(),
                     negative ? "this number is smaller than -9,223,372,036,854,775,808"
                              : "this number is larger than 9,223,372,036,854,775,807");
  }
  return {value.value_or(0), node.span()};
}

Integer Lowering::LowerInteger(NodeView node, std::string_view what, int64_t least, int64_t most) {
  const std::optional<int64_t> value = IntegerValue(node.text());
  const bool below = value ? *value < least : node.text().starts_with('-');
  if (below) {
    diagnostics_.Add(Code::KR0014, node.span(),
                     Cat({what, " is smaller than ", std::to_string(least)}),
                     Cat({"write ", std::to_string(least), " or more"}));
    return {least, node.span()};
  }
  if (!value || *value > most) {
    TooLarge(node.span(), what, Thousands(static_cast<uint64_t>(most)));
    return {most, node.span()};
  }
  return {*value, node.span()};
}

Money Lowering::LowerMoney(NodeView node) {
  const std::optional<int64_t> value = MicroUsd(node.text());
  if (!value) TooLarge(node.span(), "this amount", "1,000,000,000,000 usd");
  return {value.value_or(0), node.span()};
}

Duration Lowering::LowerDuration(NodeView node) {
  const std::optional<int64_t> value = DurationMs(node.text());
  if (!value) TooLarge(node.span(), "this duration", "36500d");
  return {value.value_or(0), node.span()};
}

Timestamp Lowering::LowerTimestamp(NodeView node) {
  const std::optional<int64_t> value = UnixMs(node.text());
  if (!value) {
    diagnostics_.Add(Code::KR0016, node.span(), Cat({Tick(node.text()), " is not a timestamp"}),
                     "the day must exist, times run from 00:00 to 23:59:59, zones to +14:00");
  }
  return {value.value_or(0), node.span()};
}

TextList Lowering::LowerTexts(NodeView node) {
  TextList list{.items = {}, .span = node.span()};
  list.items.reserve(node.Count(NodeKind::kText));
  for (Children children = node.children(); !children.done();) {
    list.items.push_back(LowerText(children.Take(NodeKind::kText)));
  }
  if (list.items.size() > kMaxListItems) TooLarge(list.span, "this list", "100,000 items");
  return list;
}

IntegerList Lowering::LowerIntegers(NodeView node) {
  IntegerList list{.items = {}, .span = node.span()};
  list.items.reserve(node.Count(NodeKind::kInteger));
  for (Children children = node.children(); !children.done();) {
    list.items.push_back(LowerInteger(children.Take(NodeKind::kInteger)));
  }
  if (list.items.size() > kMaxListItems) TooLarge(list.span, "this list", "100,000 items");
  return list;
}

CompareOp Lowering::LowerCompare(NodeView node) {
  switch (node.token()) {
    case TokenKind::kNotEqual:
      return CompareOp::kNotEqual;
    case TokenKind::kLess:
      return CompareOp::kLess;
    case TokenKind::kLessEqual:
      return CompareOp::kLessEqual;
    case TokenKind::kGreater:
      return CompareOp::kGreater;
    case TokenKind::kGreaterEqual:
      return CompareOp::kGreaterEqual;
    default:
      return CompareOp::kEqual;
  }
}

}  // namespace keyrule::dsl
