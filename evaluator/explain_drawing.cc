// The graph of a decision as DOT and as SVG.
#include <algorithm>

#include "evaluator/explain_graph.h"
#include "evaluator/typeset.h"

namespace keyrule::evaluator {
namespace {

using Tone = ExplainGraph::Tone;

std::string InDot(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string InXml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

struct Colours {
  std::string_view line, fill;
};

Colours ColoursOf(Tone tone) {
  switch (tone) {
    case Tone::kPlain: return {"#555555", "#f6f6f6"};
    case Tone::kYes: return {"#2e7d32", "#eaf5ea"};
    case Tone::kNo: return {"#b0b0b0", "#fbfbfb"};
    case Tone::kTaken: return {"#1b5e20", "#c8e6c9"};
  }
  return {};
}

}  // namespace

std::string DotText(const ExplainGraph& graph) {
  std::string out =
      "digraph decision {\n"
      "  node [shape=box, style=\"rounded,filled\", fontname=\"monospace\", fontsize=10];\n"
      "  edge [fontname=\"monospace\", fontsize=9];\n";
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    std::string label;
    for (const std::string& line : graph.nodes[i].lines) label += InDot(line) + "\\l";
    const Colours colours = ColoursOf(graph.nodes[i].tone);
    out += "  n" + std::to_string(i) + " [label=\"" + label + "\", color=\"" + std::string(colours.line) +
           "\", fillcolor=\"" + std::string(colours.fill) + "\"];\n";
  }
  for (const ExplainGraph::Edge& edge : graph.edges) {
    out += "  n" + std::to_string(edge.from) + " -> n" + std::to_string(edge.to);
    if (!edge.label.empty()) out += " [label=\"" + InDot(edge.label) + "\"]";
    out += ";\n";
  }
  return out + "}\n";
}

std::string SvgText(const ExplainGraph& graph) {
  // In pixels, for a monospaced font of 12.
  constexpr size_t kLetter = 8, kLine = 16, kPad = 8, kGap = 28, kMargin = 16;
  struct Place {
    size_t x = 0, y = 0, width = 0, height = 0;
  };
  std::vector<Place> places(graph.nodes.size());
  size_t rows = 0;
  for (const ExplainGraph::Node& node : graph.nodes) rows = std::max(rows, node.row + 1);
  std::vector<size_t> heights(rows, 0);
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    size_t width = 0;
    for (const std::string& line : graph.nodes[i].lines) width = std::max(width, Width(line));
    places[i].width = width * kLetter + 2 * kPad;
    places[i].height = graph.nodes[i].lines.size() * kLine + 2 * kPad;
    heights[graph.nodes[i].row] = std::max(heights[graph.nodes[i].row], places[i].height);
  }
  std::vector<size_t> ends(rows, kMargin);  // where a row's next node may begin; nodes stand in the order of their columns
  size_t whole_width = 0;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const size_t row = graph.nodes[i].row;
    size_t y = kMargin;
    for (size_t above = 0; above < row; ++above) y += heights[above] + kGap;
    places[i].x = ends[row];
    places[i].y = y;
    ends[row] += places[i].width + kGap;
    whole_width = std::max(whole_width, ends[row]);
  }
  size_t whole_height = kMargin;
  for (const size_t height : heights) whole_height += height + kGap;
  const auto number = [](size_t value) { return std::to_string(value); };
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(whole_width) + "\" height=\"" +
                    number(whole_height) + "\" font-family=\"monospace\" font-size=\"12\">\n";
  for (const ExplainGraph::Edge& edge : graph.edges) {
    const Place& from = places[edge.from];
    const Place& to = places[edge.to];
    const bool beside = graph.nodes[edge.to].column > 0;
    const size_t x1 = beside ? from.x + from.width : from.x + 24;
    const size_t y1 = beside ? from.y + kLine : from.y + from.height;
    const size_t x2 = beside ? to.x : to.x + 24;
    const size_t y2 = beside ? to.y + kLine : to.y;
    out += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) +
           "\" stroke=\"#888888\"/>\n";
    if (!edge.label.empty()) {
      out += "<text x=\"" + number(x1 + 6) + "\" y=\"" + number(y1 + kGap / 2 + 4) + "\" fill=\"#666666\">" +
             InXml(edge.label) + "</text>\n";
    }
  }
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    const Colours colours = ColoursOf(graph.nodes[i].tone);
    const Place& place = places[i];
    out += "<rect x=\"" + number(place.x) + "\" y=\"" + number(place.y) + "\" width=\"" + number(place.width) +
           "\" height=\"" + number(place.height) + "\" rx=\"6\" fill=\"" + std::string(colours.fill) + "\" stroke=\"" +
           std::string(colours.line) + "\"/>\n";
    for (size_t line = 0; line < graph.nodes[i].lines.size(); ++line) {
      out += "<text x=\"" + number(place.x + kPad) + "\" y=\"" + number(place.y + kPad + kLine * line + 12) + "\"" +
             (line == 0 ? " font-weight=\"bold\"" : "") + " xml:space=\"preserve\">" +
             InXml(graph.nodes[i].lines[line]) + "</text>\n";
    }
  }
  return out + "</svg>\n";
}

}  // namespace keyrule::evaluator
