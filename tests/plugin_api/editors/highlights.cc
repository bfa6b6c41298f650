#include "tests/plugin_api/editors/highlights.h"

#include <algorithm>
#include <set>

#include "tests/support/golden.h"

namespace keyrule::editors {

Highlights::Highlights() : query_(nullptr, ts_query_delete) {
  const std::string text = testing::ReadFile(KEYRULE_TREE_SITTER "/queries/highlights.scm");
  uint32_t at = 0;
  TSQueryError error = TSQueryErrorNone;
  query_.reset(
      ts_query_new(Language(), text.data(), static_cast<uint32_t>(text.size()), &at, &error));
  if (error != TSQueryErrorNone) {
    error_ = "error " + std::to_string(error) + " before: " + text.substr(at, 40);
  } else if (text.empty()) {
    error_ = "there is no query";
  }
}

Highlights::Colours Highlights::Of(const Tree& tree, size_t size) const {
  Colours colours{std::vector<std::string>(size), ""};
  const std::unique_ptr<TSQueryCursor, void (*)(TSQueryCursor*)> cursor(ts_query_cursor_new(),
                                                                        ts_query_cursor_delete);
  ts_query_cursor_exec(cursor.get(), query_.get(), tree.root());
  std::set<const void*> seen;
  TSQueryMatch match;
  uint32_t index = 0;
  while (ts_query_cursor_next_capture(cursor.get(), &match, &index)) {  // outer nodes come first
    const TSQueryCapture& capture = match.captures[index];
    uint32_t length = 0;
    const char* const name = ts_query_capture_name_for_id(query_.get(), capture.index, &length);
    if (!seen.insert(capture.node.id).second) colours.captured_twice = tree.TextOf(capture.node);
    std::fill(colours.captures.begin() + ts_node_start_byte(capture.node),
              colours.captures.begin() + ts_node_end_byte(capture.node), std::string(name, length));
  }
  return colours;
}

}  // namespace keyrule::editors
