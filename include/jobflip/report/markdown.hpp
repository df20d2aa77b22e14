#pragma once
/// A page as Markdown in GitHub's flavour. Some charts are blocks of Mermaid, which GitHub and
/// GitLab draw; the text alternatives and tables of all of them stand beside.

#include <string>
#include <string_view>

#include "jobflip/report/page.hpp"

namespace jobflip::report {

std::string markdown_of(const Page& page);

/// Any text as text of Markdown: at most `max_bytes` of it, in one line. No part of it is a link,
/// an image, a mention, HTML, or markup of any kind.
std::string markdown_text(std::string_view text, std::size_t max_bytes = 1500);

}  // namespace jobflip::report
