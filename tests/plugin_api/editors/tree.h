// What the tree-sitter grammar makes of a text.
#pragma once

#include <tree_sitter/api.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace keyrule::editors {

const TSLanguage* Language();

class Tree {
 public:
  explicit Tree(std::string text);

  TSNode root() const { return ts_tree_root_node(tree_.get()); }
  std::string_view TextOf(TSNode node) const;
  std::string Shape() const;  // as an s-expression

  // No ERROR and no MISSING node, and nothing but blanks outside the root.
  bool sound() const;
  // A reserved word as a name or an attribute: the one liberty that the grammar takes with words.
  bool names_a_reserved_word() const;

 private:
  std::string text_;
  std::unique_ptr<TSTree, void (*)(TSTree*)> tree_;
};

// `visit` sees each node before its children.
void Walk(TSNode root, const std::function<void(TSNode)>& visit);

}  // namespace keyrule::editors
