#include "evaluator/request_builder.h"

#include <utility>

#include "dsl/literal.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"
#include "evaluator/decision_json.h"
#include "evaluator/literals.h"
#include "evaluator/program.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using dsl::Cat;
using dsl::Tick;
using dsl::Type;

constexpr std::string_view kTenant = "tenant.id";
// What required attributes hold where nobody says (LANGUAGE.md §4.10).

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// `inputs."client-id"` and `inputs.client-id` are the same path. Quotes that do not enclose a part belong to its name.
std::string Canonical(std::string_view path) {
  const std::string_view text = Trim(path);
  std::string out;
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '"' && (at == 0 || text[at - 1] == '.')) {
      size_t close = at + 1;
      while (close < text.size() && text[close] != '"') close += text[close] == '\\' ? 2 : 1;
      if (close < text.size() && (close + 1 == text.size() || text[close + 1] == '.')) {
        out += dsl::DecodeText(text.substr(at, close + 1 - at));
        at = close + 1;
        continue;
      }
    }
    out += text[at++];
  }
  return out;
}

// How a value of this type is written in an assignment, for mends.
std::string Example(std::string_view path, Type type) {
  std::string_view value = "text";
  if (type == Type::kInt) value = "500";
  if (type == Type::kBool) value = "true";
  if (type == Type::kTimestamp) value = "2026-11-23T09:30Z";
  if (type == Type::kListOfString) value = "[a,b]";
  return Cat({"write `", path, "=", value, "`"});
}

bool WrongType(const dsl::Attribute& declared, std::string_view path, std::string_view what,
               std::string* error) {
  *error = Cat({Tick(path), " is ", dsl::WithArticle(declared.type), ", not ", what, "; ",
                Example(path, declared.type)});
  return false;
}

// Splits "a, b, \"c, d\"" at its commas; false if a quote is not closed.
bool SplitItems(std::string_view text, std::vector<std::string>* items) {
  std::string item;
  bool quoted = false;
  bool was_quoted = false;
  const auto end = [&] {
    const std::string_view whole = was_quoted ? std::string_view(item) : Trim(item);
    if (!whole.empty()) items->emplace_back(whole);
    item.clear();
    was_quoted = false;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '\\' && i + 1 < text.size()) {
      item += text[++i];
    } else if (c == '"' && (quoted || Trim(item).empty())) {
      if (!quoted) item.clear();
      quoted = !quoted;
      was_quoted = true;
    } else if (c == ',' && !quoted) {
      end();
    } else if (quoted || !was_quoted || (c != ' ' && c != '\t')) {
      item += c;
    }
  }
  end();
  return !quoted;
}

std::string ShowList(const std::vector<std::string>& items) {
  std::string shown = "[";
  for (const std::string& item : items) {
    if (shown.size() > 1) shown += ",";
    const bool plain = !item.empty() && item.find_first_of(",\"\\ []") == std::string::npos;
    shown += plain ? item : dsl::InQuotes(item);
  }
  return shown + "]";
}

}  // namespace

RequestBuilder::RequestBuilder(std::shared_ptr<const dsl::Policy> policy)
    : policy_(std::move(policy)), values_(policy_->slots.size()) {}

const dsl::Attribute* RequestBuilder::Declared(std::string_view path) const {
  const std::string name = Canonical(path);
  for (const dsl::Attribute& attribute : policy_->schema_attributes) {
    if (attribute.path.text == name) return &attribute;
  }
  if (const uint32_t slot = policy_->FindSlot(name); slot != dsl::kUnresolved) {
    return &policy_->slots[slot];
  }
  return policy_->FindMap(name, nullptr);
}

const dsl::Attribute* RequestBuilder::Find(std::string_view path, std::string* error) const {
  const dsl::Attribute* declared = Declared(path);
  const std::string name = Canonical(path);
  if (declared == nullptr) {
    std::vector<std::string_view> legal;
    for (const dsl::Attribute& attribute : policy_->schema_attributes) {
      legal.push_back(attribute.path.text);
    }
    *error = Cat({"no attribute is named ", Tick(Printable(name)), "; ",
                  dsl::Suggest(name, legal, "attributes", "the schema has none")});
    return nullptr;
  }
  if (declared->type == Type::kMapOfString && declared->path.text == name) {
    *error = Cat({Tick(name), " is a map of string; set its entries, as in `", name, ".key=text`"});
    return nullptr;
  }
  return declared;
}

bool RequestBuilder::Put(std::string_view path, Value value, std::string shown,
                         std::string* error) {
  if (Find(path, error) == nullptr) return false;
  const std::string name = Canonical(path);
  if (name == kTenant) tenant_ = value.text();
  if (const uint32_t slot = policy_->FindSlot(name); slot != dsl::kUnresolved) {
    values_.Set(slot, value);
  }
  if (value.absent()) {
    shown_.erase(name);
  } else {
    shown_[name] = std::move(shown);
  }
  std::string_view key;
  if (const dsl::Attribute* map = policy_->FindMap(name, &key)) NoteEntries(std::string(map->path.text));
  return true;
}

// A rule may ask whether a whole map is set: its slot then holds the names of the entries.
void RequestBuilder::NoteEntries(const std::string& map) {
  const uint32_t slot = policy_->FindSlot(map);
  if (slot == dsl::kUnresolved) return;
  std::vector<std::string_view>& names = lists_.emplace_back();
  const std::string prefix = map + ".";
  for (auto entry = shown_.lower_bound(prefix);
       entry != shown_.end() && entry->first.starts_with(prefix); ++entry) {
    names.push_back(Keep(entry->first.substr(prefix.size())));
  }
  const Value value = Value::List(names);
  if (FitsSlot(policy_->slots[slot], value)) values_.Set(slot, value);
}

std::string_view RequestBuilder::Keep(std::string_view text) {
  return texts_.emplace_back(text);
}

bool RequestBuilder::SetText(std::string_view path, std::string_view text, std::string* error) {
  const dsl::Attribute* declared = Find(path, error);
  if (declared == nullptr) return false;
  const std::string name = Canonical(path);
  if (text.empty()) return Put(path, Value(), {}, error);
  switch (declared->type) {
    case Type::kString:
    case Type::kMapOfString: break;  // an entry of the map
    case Type::kTimestamp: {
      const std::optional<int64_t> time = ParseTimestamp(text);
      if (!time) return WrongType(*declared, name, Tick(Printable(text)), error);
      return SetTimestamp(path, *time, error);
    }
    case Type::kEnum: {
      std::vector<std::string_view> legal;
      bool known = false;
      for (const dsl::Text& value : declared->values) {
        legal.push_back(value.value);
        known = known || value.value == text;
      }
      if (known) break;
      *error = Cat({Tick(name), " is never ", Tick(Printable(dsl::InQuotes(text))), "; ",
                    dsl::Suggest(text, legal, "its values")});
      return false;
    }
    default: return WrongType(*declared, name, "a text", error);
  }
  return Put(path, Value::Text(Keep(text)), std::string(text), error);
}

bool RequestBuilder::SetInteger(std::string_view path, int64_t number, std::string* error) {
  const dsl::Attribute* declared = Find(path, error);
  if (declared == nullptr) return false;
  if (declared->type != Type::kInt) {
    return WrongType(*declared, Canonical(path), "an int", error);
  }
  return Put(path, Value::Integer(number), std::to_string(number), error);
}

bool RequestBuilder::SetBool(std::string_view path, bool truth, std::string* error) {
  const dsl::Attribute* declared = Find(path, error);
  if (declared == nullptr) return false;
  if (declared->type != Type::kBool) {
    return WrongType(*declared, Canonical(path), "a bool", error);
  }
  return Put(path, Value::Bool(truth), truth ? "true" : "false", error);
}

bool RequestBuilder::SetTimestamp(std::string_view path, int64_t unix_ms, std::string* error) {
  const dsl::Attribute* declared = Find(path, error);
  if (declared == nullptr) return false;
  if (declared->type != Type::kTimestamp) {
    return WrongType(*declared, Canonical(path), "a timestamp", error);
  }
  return Put(path, Value::Timestamp(unix_ms), FormatTime(unix_ms), error);
}

bool RequestBuilder::SetList(std::string_view path, const std::vector<std::string>& items,
                             std::string* error) {
  const dsl::Attribute* declared = Find(path, error);
  if (declared == nullptr) return false;
  if (declared->type != Type::kListOfString) {
    return WrongType(*declared, Canonical(path), "a list", error);
  }
  std::vector<std::string_view>& list = lists_.emplace_back();
  for (const std::string& item : items) list.push_back(Keep(item));
  return Put(path, Value::List(list), ShowList(items), error);
}

bool RequestBuilder::Unset(std::string_view path, std::string* error) {
  return Put(path, Value(), {}, error);
}

bool RequestBuilder::SetAssignment(std::string_view assignment, std::string* error) {
  size_t equals = 0;
  for (bool quoted = false; equals < assignment.size(); ++equals) {
    if (quoted && assignment[equals] == '\\') {
      ++equals;
      continue;
    }
    if (assignment[equals] == '"') quoted = !quoted;
    if (assignment[equals] == '=' && !quoted) break;
  }
  if (equals >= assignment.size()) {
    *error = Cat({Tick(Printable(assignment)), " has no `=`; write `attribute=value`"});
    return false;
  }
  const std::string_view path = assignment.substr(0, equals);
  std::string_view text = assignment.substr(equals + 1);
  // `a = b`, as in a policy: the blanks belong to the `=`.
  if (path.ends_with(' ') || path.ends_with('\t')) text = Trim(text);
  const dsl::Attribute* declared = Find(path, error);
  if (declared == nullptr) return false;
  const std::string name = Canonical(path);
  if (text.empty()) return Unset(path, error);
  switch (declared->type) {
    case Type::kInt: {
      const std::optional<int64_t> number = ParseInteger(Trim(text));
      if (!number) return WrongType(*declared, name, Tick(Printable(text)), error);
      return SetInteger(path, *number, error);
    }
    case Type::kBool:
      if (text == "true" || text == "false") return SetBool(path, text == "true", error);
      return WrongType(*declared, name, Tick(Printable(text)), error);
    case Type::kListOfString: {
      const std::string_view list = Trim(text);
      std::vector<std::string> items;
      if (list.size() < 2 || list.front() != '[' || list.back() != ']' ||
          !SplitItems(list.substr(1, list.size() - 2), &items)) {
        return WrongType(*declared, name, Tick(Printable(text)), error);
      }
      return SetList(path, items, error);
    }
    default: return SetText(path, text, error);
  }
}

void RequestBuilder::FillRequired(int64_t now_ms) {
  std::string error;  // stays empty: every value fits its declaration
  for (const dsl::Attribute& attribute : policy_->schema_attributes) {
    const std::string path(attribute.path.text);
    if (attribute.optional || shown_.contains(path)) continue;
    switch (attribute.type) {
      case Type::kString: SetText(path, kAnyText, &error); break;
      case Type::kInt: SetInteger(path, 0, &error); break;
      case Type::kBool: SetBool(path, false, &error); break;
      case Type::kTimestamp: SetTimestamp(path, now_ms, &error); break;
      case Type::kEnum:
        if (!attribute.values.empty()) SetText(path, attribute.values.front().value, &error);
        break;
      case Type::kListOfString:
      case Type::kMapOfString: break;  // an empty one is absent
    }
  }
  if (!tenant_.empty()) return;
  tenant_ = kAnyText;
  const uint32_t slot = policy_->FindSlot(kTenant);
  if (slot != dsl::kUnresolved) values_.Set(slot, Value::Text(kAnyText));
}

Request RequestBuilder::Build() const { return {tenant_, values_}; }

void RequestBuilder::Clear() {
  values_.Reset(policy_->slots.size());
  shown_.clear();
  texts_.clear();
  lists_.clear();
  tenant_.clear();
}

}  // namespace keyrule::evaluator
