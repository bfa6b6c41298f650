#include "plugin_api/command/text_diff.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace keyrule::command {
namespace {

constexpr size_t kContext = 3;
// Beyond so many differences the lines between the first and the last are shown as replaced whole:
// the search takes memory for the square of it.
constexpr int64_t kMaxDifferences = 2'000;

using Lines = std::vector<std::string_view>;  // with their line breaks

Lines Split(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n', 0), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// A line of the diff: kept, taken out or put in.
struct Edit {
  char mark;
  std::string_view line;
};

// Myers' greedy search for the fewest differences, between what both texts begin and end with.
class Search {
 public:
  Search(const std::string_view* a, int64_t a_size, const std::string_view* b, int64_t b_size)
      : a_(a), n_(a_size), b_(b), m_(b_size) {}

  // Appends the edits.
  void Run(std::vector<Edit>* edits) {
    const int64_t limit = std::min(n_ + m_, kMaxDifferences);
    reach_.assign(2 * limit + 3, 0);
    const int64_t middle = limit + 1;
    for (int64_t d = 0; d <= limit; ++d) {
      trace_.emplace_back(reach_.begin() + (middle - d - 1), reach_.begin() + (middle + d + 2));
      for (int64_t k = -d; k <= d; k += 2) {
        const bool down =
            k == -d || (k != d && reach_[middle + k - 1] < reach_[middle + k + 1]);
        int64_t x = down ? reach_[middle + k + 1] : reach_[middle + k - 1] + 1;
        while (x < n_ && x - k < m_ && a_[x] == b_[x - k]) ++x;
        reach_[middle + k] = x;
        if (x >= n_ && x - k >= m_) return Follow(d, edits);
      }
    }
    for (int64_t i = 0; i < n_; ++i) edits->push_back({'-', a_[i]});
    for (int64_t i = 0; i < m_; ++i) edits->push_back({'+', b_[i]});
  }

 private:
  // Back from the end over the furthest points of each round.
  void Follow(int64_t d, std::vector<Edit>* edits) const {
    const auto begin = static_cast<std::ptrdiff_t>(edits->size());
    int64_t x = n_, y = m_;
    for (; d > 0; --d) {
      const std::vector<int64_t>& reach = trace_[static_cast<size_t>(d)];  // from diagonal -d-1 on
      const auto at = [&](int64_t k) { return reach[static_cast<size_t>(k + d + 1)]; };
      const int64_t k = x - y;
      const bool down = k == -d || (k != d && at(k - 1) < at(k + 1));
      const int64_t from_x = down ? at(k + 1) : at(k - 1);
      const int64_t from_y = from_x - (down ? k + 1 : k - 1);
      while (x > from_x && y > from_y && x > (down ? from_x : from_x + 1)) {
        --x, --y;
        edits->push_back({' ', a_[x]});
      }
      edits->push_back(down ? Edit{'+', b_[from_y]} : Edit{'-', a_[from_x]});
      x = from_x;
      y = from_y;
    }
    while (x > 0) edits->push_back({' ', a_[--x]});
    std::reverse(edits->begin() + begin, edits->end());
  }

  const std::string_view* a_;
  const int64_t n_;
  const std::string_view* b_;
  const int64_t m_;
  std::vector<int64_t> reach_;               // by diagonal: how far the round came
  std::vector<std::vector<int64_t>> trace_;  // of each round, before it
};

std::vector<Edit> Edits(const Lines& a, const Lines& b) {
  const size_t least = std::min(a.size(), b.size());
  size_t head = 0, tail = 0;
  while (head < least && a[head] == b[head]) ++head;
  while (tail < least - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  std::vector<Edit> edits;
  for (size_t i = 0; i < head; ++i) edits.push_back({' ', a[i]});
  Search(a.data() + head, static_cast<int64_t>(a.size() - head - tail), b.data() + head,
         static_cast<int64_t>(b.size() - head - tail))
      .Run(&edits);
  for (size_t i = a.size() - tail; i < a.size(); ++i) edits.push_back({' ', a[i]});
  return edits;
}

// "12,3": where a hunk begins and how many lines of that side it has.
std::string Range(size_t before, size_t count) {
  std::string text = std::to_string(count == 0 ? before : before + 1);
  return count == 1 ? text : text + "," + std::to_string(count);
}

}  // namespace

std::string UnifiedDiff(std::string_view name, std::string_view before, std::string_view after) {
  if (before == after) return {};
  const std::vector<Edit> edits = Edits(Split(before), Split(after));
  std::string out = "--- " + std::string(name) + "\n+++ " + std::string(name) + "\n";
  size_t old_line = 0, new_line = 0;  // before edits[done]
  size_t done = 0;
  const auto is_change = [](const Edit& edit) { return edit.mark != ' '; };
  for (;;) {
    const auto change = std::find_if(edits.begin() + static_cast<std::ptrdiff_t>(done), edits.end(),
                                     is_change);
    if (change == edits.end()) return out;
    auto first = static_cast<size_t>(change - edits.begin());
    size_t last = first;  // changes closer than two contexts stand in one hunk
    for (size_t i = first; i < edits.size() && i <= last + 2 * kContext; ++i) {
      if (is_change(edits[i])) last = i;
    }
    first -= std::min(first - done, kContext);
    const size_t end = std::min(last + 1 + kContext, edits.size());
    old_line += first - done;
    new_line += first - done;
    size_t old_count = 0, new_count = 0;
    std::string lines;
    for (size_t i = first; i < end; ++i) {
      old_count += edits[i].mark != '+';
      new_count += edits[i].mark != '-';
      lines += edits[i].mark;
      lines += edits[i].line;
      if (!edits[i].line.ends_with('\n')) lines += "\n\\ No newline at end of file\n";
    }
    out += "@@ -" + Range(old_line, old_count) + " +" + Range(new_line, new_count) + " @@\n";
    out += lines;
    old_line += old_count;
    new_line += new_count;
    done = end;
  }
}

}  // namespace keyrule::command
