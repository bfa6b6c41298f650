#include "tests/plugin_api/editors/tree.h"

#include <cstdlib>
#include <utility>

#include "dsl/token.h"

extern "C" const TSLanguage* tree_sitter_keyrule();

namespace keyrule::editors {
namespace {

using Parser = std::unique_ptr<TSParser, void (*)(TSParser*)>;

TSTree* Parse(std::string_view text) {
  const Parser parser(ts_parser_new(), ts_parser_delete);
  ts_parser_set_language(parser.get(), Language());
  return ts_parser_parse_string(parser.get(), nullptr, text.data(),
                                static_cast<uint32_t>(text.size()));
}

bool IsBlank(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

}  // namespace

const TSLanguage* Language() { return tree_sitter_keyrule(); }

Tree::Tree(std::string text) : text_(std::move(text)), tree_(Parse(text_), ts_tree_delete) {}

std::string_view Tree::TextOf(TSNode node) const {
  const uint32_t begin = ts_node_start_byte(node);
  return std::string_view(text_).substr(begin, ts_node_end_byte(node) - begin);
}

std::string Tree::Shape() const {
  const std::unique_ptr<char, void (*)(void*)> shape(ts_node_string(root()), std::free);
  return shape.get();
}

bool Tree::sound() const {
  const std::string_view text = text_;
  return !ts_node_has_error(root()) && IsBlank(text.substr(0, ts_node_start_byte(root()))) &&
         IsBlank(text.substr(ts_node_end_byte(root())));
}

bool Tree::names_a_reserved_word() const {
  bool found = false;
  Walk(root(), [&](TSNode node) {
    const std::string_view type = ts_node_type(node);
    const bool key =
        type == "path" && std::string_view(ts_node_type(ts_node_parent(node))) == "set";
    if ((type != "identifier" && type != "path") || key) return;
    found = found || dsl::IsReservedWord(dsl::WordKind(TextOf(node)));
  });
  return found;
}

void Walk(TSNode root, const std::function<void(TSNode)>& visit) {
  TSTreeCursor cursor = ts_tree_cursor_new(root);
  for (bool more = true; more;) {
    visit(ts_tree_cursor_current_node(&cursor));
    more = ts_tree_cursor_goto_first_child(&cursor) || ts_tree_cursor_goto_next_sibling(&cursor);
    while (!more && ts_tree_cursor_goto_parent(&cursor)) {
      more = ts_tree_cursor_goto_next_sibling(&cursor);
    }
  }
  ts_tree_cursor_delete(&cursor);
}

}  // namespace keyrule::editors
