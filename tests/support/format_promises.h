// What formatting promises of any text, found out without the formatter's own reading of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

namespace keyrule::dsl {

// The text in its layout; a failure of the test if it does not parse.
std::string Formatted(const std::string& text);

// Formatting `text`, which parses, keeps its tokens (but for plural units and lists of one range),
// its syntax trees and its comments in their places, and formatting the result changes nothing.
::testing::AssertionResult KeepsItsPromises(const std::string& text);

// `text`, which parses, with comments, blank lines and other blanks at random boundaries of its
// tokens.
std::string WithRandomGaps(const std::string& text, std::minstd_rand& random);

}  // namespace keyrule::dsl
