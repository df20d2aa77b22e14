#pragma once
/// A black box's whole document for people: one section for each part, no line wider than `width`.

#include <iosfwd>

#include "cli/paint.hpp"
#include "jobflip/view/black_box_document.hpp"

namespace jobflip::cli {

/// Lines of the log and of a command's output are wrapped, everything else is cut. A list shows at
/// most kRowsMost elements, and counts the rest.
inline constexpr std::size_t kRowsMost = 2000;

void print_sections(std::ostream& out, const view::Document& document, const Paint& paint,
                    std::size_t width);

}  // namespace jobflip::cli
