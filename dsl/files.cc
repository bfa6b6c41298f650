#include "dsl/files.h"

#include <algorithm>
#include <filesystem>
#include <unordered_set>
#include <utility>

#include "dsl/limits.h"
#include "dsl/parser.h"
#include "dsl/wording.h"

namespace keyrule::dsl {
namespace {

namespace fs = std::filesystem;

bool IsInside(const std::string& folder, const std::string& real) {
  const fs::path relative = fs::path(real).lexically_relative(folder.empty() ? "." : folder);
  return !relative.empty() && *relative.begin() != "..";
}

// Reads imports depth first: the statements of a file stand where its import stands.
class Importer {
 public:
  explicit Importer(Loading& loading) : loading_(loading) {}

  // A file that the overlay adds, at the end of the first one.
  void TakeMore(const std::string& name) {
    const FilePlace place{name, loading_.reader.RealPath(name)};
    if (read_.contains(place.real)) return;
    const auto source = static_cast<uint32_t>(loading_.sources->size());
    const std::string folder = fs::path(name).parent_path().string();
    loading_.folders[source] = loading_.reader.RealPath(folder.empty() ? "." : folder);
    if (loading_.files > kMaxFiles) return loading_.lost.NoteImport();
    if (ReadFile(loading_, place, {source, 0, 0})) return Take(place, source);
    loading_.sources->Add(name, {});  // for the diagnostic to stand in
    loading_.lost.NoteImport();
  }

  void Take(const FilePlace& place, uint32_t source) {
    read_.insert(place.real);
    open_.push_back(place);
    const size_t errors = loading_.diagnostics.errors();
    File file = Parse(*loading_.sources, source, loading_.diagnostics);
    if (source == loading_.first) loading_.first_edition = EditionLine(*loading_.sources, file);
    if (loading_.diagnostics.errors() > errors) {
      loading_.lost.Note(loading_.sources->at(source), file);
    }
    const auto is_import = [](const Statement& s) { return std::holds_alternative<Import>(s); };
    std::deque<Statement>& all = loading_.statements;
    if (all.empty() && std::none_of(file.statements.begin(), file.statements.end(), is_import)) {
      all = std::move(file.statements);  // the usual case: one large file
      file.statements.clear();
    }
    for (Statement& statement : file.statements) {
      if (const auto* import = std::get_if<Import>(&statement)) {
        Follow(*import);
      } else {
        all.push_back(std::move(statement));
      }
    }
    open_.pop_back();
  }

 private:
  void Follow(const Import& import) {
    if (loading_.files > kMaxFiles) return loading_.lost.NoteImport();
    const std::optional<FilePlace> place = FindFile(loading_, import.file);
    if (!place) return loading_.lost.NoteImport();
    for (const FilePlace& open : open_) {
      if (open.real == place->real) return ReportLoop(import, *place);
    }
    if (read_.contains(place->real)) return;
    const std::optional<uint32_t> source = ReadFile(loading_, *place, import.file.span);
    if (!source) return loading_.lost.NoteImport();
    Take(*place, *source);
  }

  void ReportLoop(const Import& import, const FilePlace& place) {
    std::string chain;
    bool inside = false;
    for (const FilePlace& open : open_) {
      inside = inside || open.real == place.real;
      if (inside) chain += open.name + " → ";
    }
    loading_.Error(Code::KR0803, import.file.span,
                   Cat({Tick(place.name), " imports itself: ", chain, place.name}));
  }

  Loading& loading_;
  std::vector<FilePlace> open_;
  std::unordered_set<std::string> read_;
};

}  // namespace

std::optional<FilePlace> FindFile(Loading& loading, const Text& written) {
  const std::string key = Cat({std::to_string(written.span.source), ":", written.value});
  const auto [at, is_new] = loading.places.try_emplace(key);
  std::optional<FilePlace>& place = at->second;
  if (is_new) {
    const fs::path from = loading.sources->at(written.span.source).name();
    const std::string name = (from.parent_path() / written.value.view()).lexically_normal().string();
    const std::string real = loading.reader.RealPath(name);
    if (IsInside(loading.FolderOf(written.span.source), real)) place = FilePlace{name, real};
  }
  if (!place) {
    loading.Error(Code::KR0802, written.span,
                  Cat({Tick(written.value), " is outside the folder of the policy"}));
  }
  return place;
}

std::optional<uint32_t> ReadFile(Loading& loading, const FilePlace& place, const Span& span) {
  if (++loading.files > kMaxFiles) {
    if (loading.files > kMaxFiles + 1) return std::nullopt;  // said once
    loading.Error(Code::KR0014, span,
                  Cat({"the number of files is larger than ", Thousands(kMaxFiles)}));
    return std::nullopt;
  }
  std::string text, reason;
  if (!loading.reader.Read(place.real, &text, &reason)) {
    if (reason == kTooLargeToRead) {
      loading.Error(Code::KR0014, span, Cat({Tick(place.name), " is larger than 64 MiB"}));
      return std::nullopt;
    }
    loading.unreadable = true;
    const bool named_by_file = span.begin < span.end;  // and not by who calls
    loading.Error(Code::KR0801, span, Cat({Tick(place.name), " cannot be read: ", reason}),
                  named_by_file ? "a path counts from the folder of the file that names it" : "");
    return std::nullopt;
  }
  if (text.size() > kMaxTextBytes - loading.bytes) {
    loading.Error(Code::KR0014, span, "the policy is larger than 64 MiB");
    return std::nullopt;
  }
  loading.bytes += text.size();
  const uint32_t source = loading.sources->Add(place.name, std::move(text));
  loading.texts.push_back(source);
  return source;
}

Span EditionLine(const Sources& sources, const File& file) {
  Span span = file.edition_span;
  span.source = file.source;
  const size_t word = sources.at(file.source).text().rfind("keyrule", span.begin);
  if (word != std::string_view::npos) span.begin = static_cast<uint32_t>(word);
  return span;
}

void ReadPolicy(Loading& loading, const FilePlace& first, uint32_t source) {
  Importer importer(loading);
  importer.Take(first, source);
  if (loading.overlay == nullptr) return;
  for (const std::string& file : loading.overlay->files) importer.TakeMore(file);
  ApplyFragments(loading, loading.overlay->fragments);
}

}  // namespace keyrule::dsl
