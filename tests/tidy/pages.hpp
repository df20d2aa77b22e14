#pragma once
/// What the pages promise: links lead somewhere, and the diagram matches the table in core.

#include <string>
#include <vector>

#include "tree.hpp"

namespace jobflip::tidy {

/// Checks the relative links of a Markdown page; `exists` tells whether the project contains a
/// path.
template <class Exists>
std::vector<Finding> check_links(const SourceFile& page, Exists exists);

/// The targets of a page's links and their lines. Code is left out.
struct Link {
  int line{};
  /// Relative to the project's folder; empty: a link within the page or to another site.
  std::string path;
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
