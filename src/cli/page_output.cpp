#include "cli/page_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "cli/output_file.hpp"
#include "jobflip/base/escape.hpp"

namespace jobflip::cli {
namespace {

/// ".html" of "/tmp/a.html"; "" if the name has no ending.
std::string ending_of(const std::string& path) {
  const auto name = path.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? "" : name.substr(dot);
}

struct EndingRow {
  std::string_view ending;
  const char* format;
};
constexpr std::array kEndings{EndingRow{"", "markdown"},          EndingRow{".md", "markdown"},
                              EndingRow{".markdown", "markdown"}, EndingRow{".html", "html"},
                              EndingRow{".htm", "html"},          EndingRow{".json", "json"}};

}  // namespace

std::optional<std::string> format_of_page(const Options& options) {
  if (options.format != "table") return options.format;
  const auto ending = ending_of(options.output);
  const auto found = std::ranges::find(kEndings, ending, &EndingRow::ending);
  if (found == kEndings.end()) return std::nullopt;
  return found->format;
}

std::optional<ExitCode> refuse_format(Session& session, const std::string& what) {
  const auto& options = session.options();
  if (options.format == "tsv")
    return session.usage("--format tsv: " + what + " is not a table",
                         "one of markdown, html and json");
  if (!format_of_page(options))
    return session.usage(fmt::format("--output: a page can't be written as \"{}\"",
                                     printable(ending_of(options.output), 20)),
                         "end the name in .md, .html or .json, or name the format with --format");
  return std::nullopt;
}

ExitCode write_page(Session& session, const std::string& text) {
  const auto& options = session.options();
  if (options.output.empty()) {
    session.out() << text;
    return ExitCode::done;
  }
  const auto kept = write_file(options.output, "name a file with --output",
                               [&](std::ostream& out) -> Result<void> {
                                 out << text;
                                 return {};
                               });
  if (!kept) return session.fail(kept.error());
  session.line(fmt::format("{} written ({} kB)", printable(options.output, 200),
                           (text.size() + 999) / 1000));
  return ExitCode::done;
}

}  // namespace jobflip::cli
