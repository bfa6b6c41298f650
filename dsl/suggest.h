// "did you mean": guesses a misspelt name, or lists the legal ones.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::dsl {

// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`, in
// characters; `limit` + 1 stands for every distance above `limit`.
size_t EditDistance(std::string_view a, std::string_view b, size_t limit);

// The nearest of `legal` (the first of equals), if it is near enough to be guessed; otherwise
// empty.
std::string_view Nearest(std::string_view written, const std::vector<std::string_view>& legal);

// "did you mean `y`?", else "{what}: a, b, c", else (nothing is legal) "there is none yet"-like
// `none`.
std::string Suggest(std::string_view written, const std::vector<std::string_view>& legal,
                    std::string_view what, std::string_view none = {});

}  // namespace keyrule::dsl
