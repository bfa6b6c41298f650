// What a file with syntax errors would have declared. Names that are lost with a statement that
// cannot be read are no errors of their own where they are used: one cause, one message.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>

#include "dsl/ast.h"
#include "dsl/names.h"
#include "dsl/source.h"

namespace keyrule::dsl {

class Lost {
 public:
  // Call for a file that has errors, with what could be read of it.
  void Note(const Source& source, const File& file);
  // An import that cannot be read may have declared anything.
  void NoteImport() { everything_ = true; }
  // A name that is declared twice: whatever it means, one of its uses is wrong, and that is said
  // where it is declared.
  void NoteName(std::string_view name) { names_.emplace(name); }
  // Without its schema nothing can be said about attributes.
  void NoteSchema() { schema_ = true; }

  bool Name(std::string_view name) const { return everything_ || names_.contains(name); }
  bool schema() const { return schema_ || everything_; }
  bool has_default() const { return default_; }

 private:
  // What stands between the statements that could be read.
  void NoteGap(std::string_view gap, bool behind_schema);
  void NoteQuoted(std::string_view word, std::string_view text);

  std::unordered_set<std::string, TextHash, std::equal_to<>> names_;
  bool everything_ = false;
  bool schema_ = false;
  bool default_ = false;
};

}  // namespace keyrule::dsl
