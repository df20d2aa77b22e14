#pragma once
/// What a reviewer wants to know about a black box first: one line for each part.

#include <string>
#include <vector>

#include "jobflip/view/black_box_document.hpp"

namespace jobflip::view {

struct SummaryLine {
  std::string part;
  std::string text;
};

/// At most eight; none of a part that the document does not have.
std::vector<SummaryLine> summary_of(const Document& document);

/// "seen at 2026-11-23T03:00:00.130000Z by the guard"; "" if it says neither.
std::string seen_text(const Document& document);

/// "/usr/bin/postqueue: exit 0"
std::string command_text(const Document& command);

}  // namespace jobflip::view
