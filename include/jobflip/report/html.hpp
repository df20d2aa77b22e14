#pragma once
/// A page as one HTML file: it opens from a mail attachment, asks no server for anything, and
/// prints well. The charts are drawn by Chart.js, which the file contains.
///
/// Invariants: its Content-Security-Policy allows nothing but its own style and its two scripts, by
/// their hashes. So even markup that slipped into it could neither run nor load anything.

#include <string>
#include <string_view>

#include "jobflip/report/page.hpp"

namespace jobflip::report {

/// A script or a style that the file contains, and the SHA-256 of it.
struct Asset {
  std::string_view text;
  std::string_view sha256;  // 64 hexadecimal digits
};

struct Assets {
  Asset library;  // Chart.js
  Asset script;   // draws the charts
  Asset style;
};

/// As the build embedded them.
const Assets& own_assets();

std::string html_of(const Page& page, const Assets& assets = own_assets());

/// Any text as text of HTML, for an element or a quoted attribute: at most `max_bytes` of it.
std::string html_text(std::string_view text, std::size_t max_bytes = 1500);

}  // namespace jobflip::report
