/// postmortem: an incident as a page for reviewers.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/incident_words.hpp"
#include "cli/output_file.hpp"
#include "cli/postmortem_facts.hpp"
#include "cli/verbs.hpp"
#include "jobflip/base/escape.hpp"
#include "jobflip/report/assemble.hpp"
#include "jobflip/report/html.hpp"
#include "jobflip/report/json.hpp"
#include "jobflip/report/markdown.hpp"
#include "jobflip/view/json_text.hpp"

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

/// As --format says, else as the name of the file ends; empty if no format has that ending.
std::optional<std::string> format_of_page(const Options& options) {
  if (options.format != "table") return options.format;
  const auto ending = ending_of(options.output);
  const auto found = std::ranges::find(kEndings, ending, &EndingRow::ending);
  if (found == kEndings.end()) return std::nullopt;
  return found->format;
}

Result<report::Facts> gather_facts(Session& session, const WantedZone& zone) {
  const auto& options = session.options();
  const auto store = session.reader();
  if (!store) return store.error();
  auto number = options.incident;
  if (options.flip != 0) {
    const auto flip = options.flip == kLast ? last_flip(**store) : FlipId{options.flip};
    if (!flip) return flip.error();
    const auto timeline = (*store)->timeline(*flip);
    if (!timeline) return timeline.error();
    // a flip of 0.1.0 is part of none
    if (!timeline->flip.incident) return facts_of_flip(**store, *flip, zone);
    number = timeline->flip.incident->value;
  }
  auto incident = read_incident(**store, number);
  if (!incident) return incident.error();
  if (!incident->service.empty())
    return Error{ErrorCode::usage,
                 fmt::format("incident {} is of service {}: a post-mortem is about a pool", number,
                             printable(incident->service, 63)),
                 "`jobflip incident show` and `jobflip service show` have what is known of it"};
  return facts_of_incident(**store, std::move(*incident), zone);
}

std::string page_text(const report::Facts& facts, const std::string& format) {
  if (format == "json") return view::json_text(report::postmortem_json(facts), 2) + "\n";
  const auto page = report::assemble(facts);
  return format == "html" ? report::html_of(page) : report::markdown_of(page);
}

std::optional<ExitCode> refuse_words(Session& session) {
  const auto& options = session.options();
  if ((options.incident == 0) == (options.flip == 0))
    return session.usage(options.flip == 0 ? "ID is missing" : "both ID and --flip are given",
                         "name the incident, or a flip with --flip: `jobflip history` lists flips");
  if (options.format == "tsv")
    return session.usage("--format tsv: a post-mortem is not a table",
                         "one of markdown, html and json");
  if (!format_of_page(options))
    return session.usage(fmt::format("--output: a page can't be written as \"{}\"",
                                     printable(ending_of(options.output), 20)),
                         "end the name in .md, .html or .json, or name the format with --format");
  return std::nullopt;
}

bool has_no_reading(const report::Facts& facts) {
  return std::ranges::all_of(facts.queues, [](const auto& one) { return one.points.empty(); });
}

}  // namespace

ExitCode perform_postmortem(Session& session) {
  const auto& options = session.options();
  if (const auto refused = refuse_words(session)) return *refused;
  const WantedZone zone{options.time_zone, session.host().local_time};
  if (!zone.name.empty() && !zone.local_time(zone.name, session.host().wall()))
    return session.usage(
        fmt::format("--time-zone: \"{}\" is not a time zone of this host",
                    printable(zone.name, 80)),
        "a name such as Europe/Zurich; `timedatectl list-timezones` lists them (package tzdata)");
  auto facts = gather_facts(session, zone);
  if (!facts) return session.fail(facts.error());
  facts->version = session.version();
  if (has_no_reading(*facts))
    session.notice(
        "the store has no reading of that time: a supervisor writes the newest within 4 minutes");
  const auto text = page_text(*facts, *format_of_page(options));
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
