/// postmortem: an incident as a page for reviewers.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/incident_words.hpp"
#include "cli/page_output.hpp"
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

Result<core::Incident> last_of_a_pool(ports::ReaderStore& store) {
  core::IncidentQuery query;
  query.limit = 1'000;
  const auto newest = store.incidents(query);
  if (!newest) return newest.error();
  const auto found = std::ranges::find_if(
      *newest, [](const core::Incident& incident) { return incident.service.empty(); });
  if (found == newest->end())
    return Error{ErrorCode::not_found, "there is no incident of a pool yet", ""};
  return store.incident(found->id);
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
  auto incident = number == kLast ? last_of_a_pool(**store) : read_incident(**store, number);
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
  return refuse_format(session, "a post-mortem");
}

bool has_no_reading(const report::Facts& facts) {
  return std::ranges::all_of(facts.queues, [](const auto& one) { return one.points.empty(); });
}

}  // namespace

ExitCode perform_postmortem(Session& session) {
  const auto& options = session.options();
  if (const auto refused = refuse_words(session)) return *refused;
  const auto zone = wanted_zone(session);
  if (const auto refused = refuse_zone(session, zone)) return *refused;
  auto facts = gather_facts(session, zone);
  if (!facts) return session.fail(facts.error());
  facts->version = session.version();
  if (has_no_reading(*facts))
    session.notice(
        "the store has no reading of that time: a supervisor writes the newest within 4 minutes");
  return write_page(session, page_text(*facts, *format_of_page(options)));
}

}  // namespace jobflip::cli
