#include "dsl/schema.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dsl/files.h"
#include "dsl/parser.h"
#include "dsl/suggest.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

bool Equal(const Attribute& a, const Attribute& b) {
  return a.type == b.type && a.optional == b.optional && a.untrusted == b.untrusted &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(),
                    [](const Text& x, const Text& y) { return x.value == y.value; });
}

bool SameAttributes(const SchemaStatement& a, const SchemaStatement& b) {
  return std::equal(a.attributes.begin(), a.attributes.end(), b.attributes.begin(),
                    b.attributes.end(), [](const Attribute& x, const Attribute& y) {
                      return x.path.text == y.path.text && Equal(x, y);
                    });
}

// The word that a statement begins with.
Span FirstWord(const Sources& sources, const Statement& statement) {
  Span span = std::visit([](const auto& node) { return node.span; }, statement);
  const std::string_view text = sources.TextOf(span);
  size_t size = 0;
  while (size < text.size() && text[size] >= 'a' && text[size] <= 'z') ++size;
  span.end = span.begin + static_cast<uint32_t>(size);
  return span;
}

// The schemas that can be named. A name is defined once: another definition of it is refused unless
// it says the same.
class Schemas {
 public:
  explicit Schemas(Loading& loading) : loading_(loading) {}

  void Add(SchemaStatement definition) {
    if (const SchemaStatement* earlier = Find(definition.name.value)) {
      if (SameAttributes(*earlier, definition)) return;
      loading_.Error(Code::KR0102, definition.name.span,
                     Cat({Tick(definition.name.value), " already has a meaning, ",
                          loading_.Line(earlier->name.span)}),
                     "choose another name");
      return;
    }
    schemas_.push_back(std::move(definition));
  }

  void AddAll(File file, const Span& whole) {
    bool any = false, refused = false;
    for (Statement& statement : file.statements) {
      auto* schema = std::get_if<SchemaStatement>(&statement);
      if (schema != nullptr && schema->defines) {
        any = true;
        Add(std::move(*schema));
      } else if (!refused) {
        refused = true;
        Refuse(statement, schema);
      }
    }
    if (!any && !loading_.diagnostics.has_errors()) {
      loading_.Error(Code::KR0103, whole, "there is no `schema`",
                     "a schema file says `schema \"name\" { … }`");
    }
  }

  const SchemaStatement* Find(std::string_view name) const {
    const auto at = std::find_if(schemas_.begin(), schemas_.end(),
                                 [&](const auto& schema) { return schema.name.value == name; });
    return at == schemas_.end() ? nullptr : &*at;
  }

  std::vector<std::string_view> names() const {
    std::vector<std::string_view> names;
    for (const SchemaStatement& schema : schemas_) names.push_back(schema.name.value);
    return names;
  }

 private:
  // What a schema file says besides would have no effect: once, for all of it has one cause.
  void Refuse(const Statement& statement, const SchemaStatement* schema) {
    if (schema != nullptr) {
      loading_.Error(Code::KR0010, schema->name.span,
                     Cat({"expected the attributes of ", Tick(InQuotes(schema->name.value))}),
                     "a schema file says `schema \"name\" { … }`; `with` belongs into the policy");
      return;
    }
    const Span word = FirstWord(*loading_.sources, statement);
    loading_.Error(Code::KR0010, word,
                   Cat({"expected `schema`, found ", Tick(loading_.sources->TextOf(word))}),
                   "a schema file holds schemas only; the rest belongs into the policy");
  }

  Loading& loading_;
  std::vector<SchemaStatement> schemas_;
};

// Declares attributes one by one; what is declared twice must be declared equally, and a map's
// entries are not declared.
class SchemaDeclarer {
 public:
  explicit SchemaDeclarer(Loading& loading) : loading_(loading) {}

  void Declare(const Attribute& attribute) {
    const std::string_view path = attribute.path.text;
    std::vector<Attribute>& declared = loading_.policy.schema_attributes;
    if (const auto at = index_.find(path); at != index_.end()) {
      const Attribute& earlier = declared[at->second];
      if (!Equal(earlier, attribute)) {
        Refuse(attribute, earlier, "declare it equally, or choose another name");
      } else if (earlier.path.span.source == attribute.path.span.source) {
        Refuse(attribute, earlier, "remove one of the two");  // another file may need to know it too
      }
      return;
    }
    if (const Attribute* other = Overlapping(attribute)) {
      return Refuse(attribute, *other, "choose another name");
    }
    CheckValues(attribute);
    if (attribute.type == Type::kMapOfString) maps_.emplace(path, declared.size());
    index_.emplace(path, declared.size());
    for (size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.', dot + 1)) {
      heads_.try_emplace(std::string(path.substr(0, dot)), declared.size());
    }
    declared.push_back(attribute);
    loading_.names.Declare(path, {NameKind::kAttribute, 0, attribute.path.span, true});
  }

 private:
  // A map that `attribute` would be an entry of, or an attribute that would be an entry of it.
  const Attribute* Overlapping(const Attribute& attribute) const {
    if (attribute.type == Type::kMapOfString) {
      const auto at = heads_.find(attribute.path.text);
      if (at != heads_.end()) return &loading_.policy.schema_attributes[at->second];
    }
    const std::string_view path = attribute.path.text;
    for (size_t dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
      const auto at = maps_.find(path.substr(0, dot));
      if (at != maps_.end()) return &loading_.policy.schema_attributes[at->second];
    }
    return nullptr;
  }

  void Refuse(const Attribute& attribute, const Attribute& earlier, std::string help) {
    loading_.Error(Code::KR0102, attribute.path.span,
                   Cat({Tick(attribute.path.text), " already has a meaning, ",
                        loading_.Line(earlier.path.span)}),
                   std::move(help));
  }

  void CheckValues(const Attribute& attribute) {
    ViewMap<Span> seen;
    for (const Text& value : attribute.values) {
      if (value.value.empty()) {
        loading_.Error(Code::KR0205, value.span, "an empty text is the same as absent",
                       "write `optional` instead");
        continue;
      }
      const auto [at, is_new] = seen.try_emplace(value.value, value.span);
      if (is_new) continue;
      loading_.Error(Code::KR0104, value.span,
                     Cat({"the key ", Tick(value.value), " stands twice in ",
                          Tick(attribute.path.text), ", first ", loading_.Line(at->second)}),
                     "remove one");
    }
  }

  Loading& loading_;
  TextMap<size_t> index_;
  TextMap<size_t> maps_;
  TextMap<size_t> heads_;  // the dotted beginnings of all paths
};

void AddBuiltin(Loading& loading, Schemas& schemas) {
  const uint32_t source =
      loading.sources->Add(std::string(kBuiltinSchemaFile), std::string(kBuiltinSchema));
  Diagnostics none;
  for (Statement& statement : Parse(*loading.sources, source, none).statements) {
    if (auto* schema = std::get_if<SchemaStatement>(&statement)) schemas.Add(std::move(*schema));
  }
}

void AddFromFile(Loading& loading, Schemas& schemas) {
  const std::string& name = loading.options.schema_file;
  if (name.empty()) return;
  const uint32_t place = loading.sources->Add(name, {});  // to point at, should it be unreadable
  const auto source = ReadFile(loading, {name, name}, {place, 0, 0});
  if (!source) return loading.lost.NoteSchema();
  File file = Parse(*loading.sources, *source, loading.diagnostics);
  const Span whole = EditionLine(*loading.sources, file);
  schemas.AddAll(std::move(file), whole);
}

// `provider` and `model`: every schema has them, as texts.
void RequireCore(Loading& loading, const Span& schema) {
  constexpr std::array<std::string_view, 2> kCore = {"provider", "model"};
  for (std::string_view name : kCore) {
    const auto& declared = loading.policy.schema_attributes;
    const auto at = std::find_if(declared.begin(), declared.end(),
                                 [&](const Attribute& a) { return a.path.text == name; });
    if (at == declared.end()) {
      loading.Error(Code::KR0101, schema, Cat({"no attribute is named ", Tick(name)}),
                    "every schema has `provider` and `model`");
    } else if (at->type != Type::kString) {
      loading.Error(Code::KR0201, at->path.span,
                    Cat({Tick(name), " is ", WithArticle(at->type), ", not a string"}),
                    "`provider` and `model` are strings in every schema");
    }
  }
}

}  // namespace

void ApplySchema(Loading& loading) {
  Schemas schemas(loading);  // the built-in one first: no file may define it anew
  AddBuiltin(loading, schemas);
  AddFromFile(loading, schemas);
  std::vector<SchemaStatement> named;
  for (Statement& statement : loading.statements) {
    auto* schema = std::get_if<SchemaStatement>(&statement);
    if (schema == nullptr) continue;
    named.push_back({schema->name, schema->defines, {}, schema->span});
    if (schema->defines) {
      schemas.Add(std::move(*schema));
    } else {
      named.back().attributes = std::move(schema->attributes);
    }
  }

  // The first file decides; an import may do so only where the first file is silent.
  const auto chosen = std::find_if(named.begin(), named.end(), [&](const SchemaStatement& schema) {
    return loading.InFirstFile(schema.name.span);
  });
  const SchemaStatement* schema = chosen != named.end() ? &*chosen
                                  : named.empty()       ? nullptr
                                                        : &named.front();
  if (schema == nullptr) {
    if (!loading.lost.schema()) {
      loading.Error(Code::KR0103, loading.first_edition, "there is no `schema`",
                    Cat({"schemas: ", ListOf(schemas.names())}));
    }
    loading.lost.NoteSchema();
  } else {
    loading.policy.schema = schema->name.value;
    SchemaDeclarer declarer(loading);
    const SchemaStatement* definition = schemas.Find(schema->name.value);
    if (definition != nullptr) {
      for (const Attribute& attribute : definition->attributes) declarer.Declare(attribute);
    } else if (!loading.lost.schema()) {
      loading.Error(Code::KR0103, schema->name.span,
                    Cat({"no schema is named ", Tick(schema->name.value)}),
                    Suggest(schema->name.value, schemas.names(), "schemas"));
    }
    for (const SchemaStatement& other : named) {
      if (other.name.value != schema->name.value) {
        loading.Error(
            Code::KR0805, other.name.span,
            Cat({Tick(loading.sources->at(other.name.span.source).name()), " uses schema ",
                 Tick(other.name.value), ", the policy ", Tick(schema->name.value)}));
      }
      for (const Attribute& attribute : other.attributes) declarer.Declare(attribute);
    }
    if (definition == nullptr) {
      loading.lost.NoteSchema();
    } else if (!loading.lost.schema()) {
      RequireCore(loading, definition->name.span);
    }
  }
  loading.slots.emplace(loading.policy);
}

}  // namespace keyrule::dsl
