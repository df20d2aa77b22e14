#pragma once
/// Charts as text in Markdown: blocks in Mermaid's language, which GitHub and GitLab draw.
/// Elsewhere they are short lists of figures.
///
/// Invariant: a block has numbers, our own titles and plain names ([A-Za-z0-9 -]) only, so no text
/// from outside can end it or say anything in its language.

#include <string>

#include "jobflip/report/page.hpp"

namespace jobflip::report {

inline constexpr std::size_t kMostMermaidPoints = 60;

/// Jobs waiting, and the age of the oldest of them; "" if there are fewer than two readings.
std::string mermaid_of(const Chart& chart);

/// A stacked chart has the sums of its series. "" if the series stand beside each other, which the
/// language can't draw, or a name is not plain.
std::string mermaid_of(const BarChart& chart);

}  // namespace jobflip::report
