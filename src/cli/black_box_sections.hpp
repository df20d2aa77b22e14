#pragma once
/// The whole of a black box's document for people: a section a part, no line wider than `width`.

#include <iosfwd>

#include "cli/paint.hpp"
#include "jobflip/view/black_box_document.hpp"

namespace jobflip::cli {

/// Lines of the log and of a command's output are wrapped, everything else is cut. Of a list more
/// than kRowsMost elements are only counted.
inline constexpr std::size_t kRowsMost = 2000;

void print_sections(std::ostream& out, const view::Document& document, const Paint& paint,
                    std::size_t width);

}  // namespace jobflip::cli
