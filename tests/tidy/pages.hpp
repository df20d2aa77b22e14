#pragma once
/// What the pages promise: links that lead somewhere, a diagram that is the table in core.

#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

/// Relative links of a Markdown page; `exists` tells whether a path of the project is there.
template <class Exists>
std::vector<Finding> check_links(const SourceFile& page, Exists exists);

/// The targets of the links of a page with the lines that they stand on, code left out.
struct Link {
  int line{};
  std::string path;  // below the project's folder; empty: a link within the page or to elsewhere
};
std::vector<Link> links_of(const SourceFile& page);

/// The cells of every table row of a page: "| a | b |" is {"a", "b"}.
std::vector<std::vector<std::string>> table_rows(std::string_view page);

template <class Exists>
std::vector<Finding> check_links(const SourceFile& page, Exists exists) {
  std::vector<Finding> findings;
  for (const auto& link : links_of(page)) {
    if (!exists(link.path)) {
      findings.push_back({page.path, link.line, "the link leads nowhere: " + link.path});
    }
  }
  return findings;
}

}  // namespace jobflip::tidy
